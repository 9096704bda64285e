export interface StringLiteral {
  readonly value: string;
  /** Where the literal stands in the text, quotes included. */
  readonly start: number;
  readonly end: number;
}

const MOST_LITERALS = 4096;
/** Marks that nothing closes are rare in programs; after some, the rest counts as one literal. */
const MOST_UNCLOSED = 16;
const OPENING = /'''|"""|['"`]|%[xq]?[{([]|\bqx?[/{(!|]|#[^\n]*|\/\/[^\n'"`]*/g;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** The string literals of a program in about any language, with the common escapes resolved. */
export function stringLiterals(text: string): StringLiteral[] {
  const literals: StringLiteral[] = [];
  let unclosed = 0;
  OPENING.lastIndex = 0;
  while (literals.length < MOST_LITERALS) {
    const opening = OPENING.exec(text);
    if (opening === null) break;
    const mark = opening[0];
    if (mark.startsWith('#') || mark.startsWith('//')) continue;
    const last = mark.at(-1)!;
    const close = mark.length === 3 && !mark.startsWith('%') ? mark : (CLOSING[last] ?? last);
    const from = opening.index + mark.length;
    const end = endOf(text, from, close);
    if (end < 0) {
      if (++unclosed < MOST_UNCLOSED) continue;
      literals.push({ value: unescaped(text.slice(from)), start: opening.index, end: text.length });
      break;
    }
    literals.push({ value: unescaped(text.slice(from, end)), start: opening.index, end: end + close.length });
    OPENING.lastIndex = end + close.length;
  }
  return literals;
}

/** The index of the closing mark, at most 16 KiB on; -1 when there is none. */
function endOf(text: string, from: number, close: string): number {
  const limit = Math.min(text.length, from + 16_384);
  for (let at = from; at < limit; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(close, at)) return at;
  }
  return -1;
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{3})|([\s\S]))/g,
    (_, hex?: string, unicode?: string, octal?: string, char?: string) => {
      const code = hex ?? unicode;
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return ESCAPES[char!] ?? char!;
    },
  );
}
