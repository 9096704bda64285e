import type { BlocklistCategory } from '@gatehouse/config';

/** One statement of the blocklist: its stable name, its category and what is said when it denies. */
export interface Line {
  readonly line: string;
  readonly category: BlocklistCategory;
  readonly summary: string;
}

/** The lines of one category: `{ 'rm-root': 'It deletes …' }` to `{ 'rm-root': Line }`. */
export function linesOf<Name extends string>(
  category: BlocklistCategory,
  summaries: Readonly<Record<Name, string>>,
): Readonly<Record<Name, Line>> {
  const lines: Partial<Record<Name, Line>> = {};
  for (const line of Object.keys(summaries) as Name[]) {
    lines[line] = { line, category, summary: summaries[line] };
  }
  return lines as Record<Name, Line>;
}
