/** Which ASCII characters belong to a run: letters, digits, `+ / - _`. */
const MEMBERS = new Uint8Array(128);
for (let code = 0; code < 128; code += 1)
  MEMBERS[code] = /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code)) ? 1 : 0;

/** Lines of an encoder that wraps: at least this long each, and directly below one another. */
const WRAPPED_LINE = 40;

/** A run of at least `shortest` characters of base64's alphabets, with its padding; wrapped lines are one run. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export function* runsOf(text: string, shortest: number): Generator<Run> {
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code >= 128 || MEMBERS[code] === 0) {
      at += 1;
      continue;
    }
    const start = at;
    let end = endOfRun(text, start);
    at = end + 1;
    if (end - start < shortest) continue;
    let line = end - start;
    let next = startOfNextLine(text, end);
    while (line >= WRAPPED_LINE && next > 0) {
      const lineEnd = endOfRun(text, next);
      line = lineEnd - next;
      if (line === 0) break;
      end = lineEnd;
      next = startOfNextLine(text, end);
    }
    while (end < text.length && text[end] === '=') end += 1;
    at = end;
    yield { start, end };
  }
}

function endOfRun(text: string, start: number): number {
  let end = start;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code >= 128 || MEMBERS[code] === 0) break;
  }
  return end;
}

/** The index after a line break at `end`, or 0. */
function startOfNextLine(text: string, end: number): number {
  if (text[end] === '\n') return end + 1;
  return text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : 0;
}
