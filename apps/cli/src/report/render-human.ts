import { styleText } from 'node:util';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import Table from 'cli-table3';
import type { Report, ReportPart } from './report.ts';
import { terminalLines, terminalText } from './terminal-text.ts';

export interface Screen {
  readonly colour: boolean;
  /** In columns; null where nobody looks, as in a pipe: then nothing is cut or wrapped. */
  readonly width: number | null;
}

const LONGEST_CELL = 120;

/** A report for a person: its title, then tables, cards and text. Ends with a line break. */
export function renderHuman(report: Report, screen: Screen): string {
  const title = report.title === '' ? [] : [emphasise(terminalText(report.title), screen)];
  return `${[...title, ...report.parts.map((part) => renderPart(part, screen))].join('\n')}\n`;
}

function renderPart(part: ReportPart, screen: Screen): string {
  switch (part.kind) {
    case 'text':
      return terminalLines(part.text);
    case 'heading':
      return `\n${emphasise(terminalText(part.text), screen)}`;
    case 'card':
      return renderCard(part.fields, screen);
    case 'table':
      return renderTable(part.columns, part.rows, screen);
  }
}

function renderTable(columns: readonly string[], rows: readonly JsonObject[], screen: Screen): string {
  const body = rows.map((row) => columns.map((column) => cellText(row[column], screen)));
  const head = columns.map((column) => terminalText(column));
  const table = new Table({
    head: head.map((text) => emphasise(text, screen)),
    style: { head: [], border: [], compact: true },
    ...fittingWidths([head, ...body], screen),
  });
  table.push(...body);
  return table.toString();
}

/** Widths that fit the screen, the widest columns giving way; none where they fit by themselves. */
function fittingWidths(
  lines: readonly (readonly string[])[],
  { width }: Screen,
): { colWidths: number[]; wordWrap: boolean; wrapOnWordBoundary: boolean } | object {
  if (width === null) return {};
  const widths = (lines[0] ?? []).map(
    (_, index) => Math.max(...lines.map((line) => (line[index] ?? '').length)) + 2,
  );
  let over = widths.reduce((sum, each) => sum + each + 1, 1) - width;
  if (over <= 0) return {};
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= 8) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return { colWidths: widths, wordWrap: true, wrapOnWordBoundary: false };
}

function cellText(value: JsonValue | undefined, screen: Screen): string {
  const text = terminalText(plainText(value));
  return screen.width !== null && text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
}

function renderCard(fields: JsonObject, screen: Screen): string {
  const names = Object.keys(fields);
  const longest = Math.max(0, ...names.map((name) => name.length));
  return names
    .map(
      (name) =>
        `${emphasise(terminalText(name).padEnd(longest), screen)}  ${terminalText(plainText(fields[name]))}`,
    )
    .join('\n');
}

/** A value in a word: nothing as `-`, a list of words as words, the rest as JSON. */
function plainText(value: JsonValue | undefined): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.length === 0 ? '-' : value.join(', ');
  }
  return JSON.stringify(value);
}

function emphasise(text: string, { colour }: Screen): string {
  return colour && text !== '' ? styleText('bold', text, { validateStream: false }) : text;
}
