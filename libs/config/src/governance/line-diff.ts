const CONTEXT = 2;
/** Beyond this many comparisons the middle of two files is told as replaced whole. */
const MAX_CELLS = 1_000_000;

interface Line {
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Hunks of a unified diff (POSIX `diff -u`) with two lines of context; empty when the texts are equal. */
export function diffLines(before: string, after: string): string {
  if (before === after) return '';
  return hunksOf(script(linesOf(before), linesOf(after)));
}

function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop()}\n\\ No newline at end of file`);
  return lines;
}

function script(a: readonly string[], b: readonly string[]): Line[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const keep = (text: string): Line => ({ mark: ' ', text });
  return [
    ...a.slice(0, head).map(keep),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...a.slice(a.length - tail).map(keep),
  ];
}

function middle(a: readonly string[], b: readonly string[]): Line[] {
  const removed = (text: string): Line => ({ mark: '-', text });
  const added = (text: string): Line => ({ mark: '+', text });
  if (a.length * b.length > MAX_CELLS) return [...a.map(removed), ...b.map(added)];
  const common = commonLengths(a, b);
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i]! });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push(removed(a[i]!));
      i += 1;
    } else {
      lines.push(added(b[j]!));
      j += 1;
    }
  }
  return lines;
}

/** `[i][j]`: how many lines the rests from `i` and `j` have in common, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      table[i]![j] =
        a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}

function hunksOf(lines: readonly Line[]): string {
  let text = '';
  let oldLine = 1;
  let newLine = 1;
  let index = 0;
  while (index < lines.length) {
    if (!changesWithin(lines, index, CONTEXT)) {
      oldLine += 1;
      newLine += 1;
      index += 1;
      continue;
    }
    const start = index;
    while (index < lines.length && (changesWithin(lines, index, CONTEXT) || changedJustBefore(lines, index)))
      index += 1;
    const hunk = lines.slice(start, index);
    const olds = hunk.filter((line) => line.mark !== '+').length;
    const news = hunk.filter((line) => line.mark !== '-').length;
    text += `@@ -${range(oldLine, olds)} +${range(newLine, news)} @@\n`;
    text += hunk.map((line) => `${line.mark}${line.text}\n`).join('');
    oldLine += olds;
    newLine += news;
  }
  return text;
}

function changesWithin(lines: readonly Line[], index: number, reach: number): boolean {
  return lines.slice(index, index + reach + 1).some((line) => line.mark !== ' ');
}

function changedJustBefore(lines: readonly Line[], index: number): boolean {
  return lines.slice(Math.max(0, index - CONTEXT), index).some((line) => line.mark !== ' ');
}

function range(start: number, count: number): string {
  const from = count === 0 ? start - 1 : start;
  return count === 1 ? `${from}` : `${from},${count}`;
}
