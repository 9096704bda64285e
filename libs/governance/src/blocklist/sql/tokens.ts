/** One token of SQL: a word (upper case), a quoted name, a string, a number or a single other character. */
export interface SqlToken {
  readonly kind: 'word' | 'name' | 'text' | 'other';
  readonly value: string;
}

const MOST_TOKENS = 20_000;
const WORD = /[\p{L}_$#@][\p{L}\p{N}_$#@]*/uy;
const SPACE = /\s+/y;
const NUMBER = /\d[\w.]*/y;
const DOLLAR = /\$\w*\$/y;

/**
 * The tokens of a SQL text, comments left out. MySQL's conditional comments (a comment that begins with `!`) are read as the code
 * that they are. An unfinished quotation ends with the text.
 */
export function sqlTokens(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < text.length && tokens.length < MOST_TOKENS) {
    const char = text[at]!;
    const space = match(SPACE, text, at);
    if (space !== null) at += space.length;
    else if ((char === '-' && text[at + 1] === '-') || char === '#') at = lineEnd(text, at);
    else if (char === '/' && text[at + 1] === '*') {
      if (text[at + 2] === '!') {
        at += 3;
        while (/\d/.test(text[at] ?? '')) at++;
      } else at = after(text, '*/', at + 2);
    } else if (char === '*' && text[at + 1] === '/') at += 2;
    else if (char === "'") at = quoted(text, at, "'", 'text', tokens);
    else if (char === '"') at = quoted(text, at, '"', 'name', tokens);
    else if (char === '`') at = quoted(text, at, '`', 'name', tokens);
    else if (char === '[' && /[A-Za-z_]/.test(text[at + 1] ?? '')) at = quoted(text, at, ']', 'name', tokens);
    else at = plain(text, at, tokens);
  }
  return tokens;
}

function plain(text: string, at: number, tokens: SqlToken[]): number {
  const tag = match(DOLLAR, text, at);
  if (tag !== null) {
    const end = text.indexOf(tag, at + tag.length);
    const body = text.slice(at + tag.length, end < 0 ? text.length : end);
    tokens.push({ kind: 'text', value: body });
    return end < 0 ? text.length : end + tag.length;
  }
  const word = match(WORD, text, at);
  if (word !== null) {
    tokens.push({ kind: 'word', value: word.toUpperCase() });
    return at + word.length;
  }
  const number = match(NUMBER, text, at);
  tokens.push({ kind: 'other', value: number ?? text[at]! });
  return at + (number?.length ?? 1);
}

function quoted(text: string, at: number, close: string, kind: 'text' | 'name', tokens: SqlToken[]): number {
  let end = at + 1;
  for (; end < text.length; end++) {
    if (text[end] === '\\' && close === "'" && text[end + 1] === "'") end++;
    else if (text[end] === close) {
      if (text[end + 1] !== close) break;
      end++;
    }
  }
  tokens.push({ kind, value: text.slice(at + 1, end) });
  return end + 1;
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function after(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + mark.length;
}
