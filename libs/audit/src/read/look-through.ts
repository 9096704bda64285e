import type pg from 'pg';
import { type AuditSearch, byMember } from './search.ts';
import { type FoundRow, lookAt, rarestOf } from './stretch.queries.ts';

/** How long a page is looked for before it is handed over as it is. */
export const LOOK_MS = 30;
const FIRST_SIZE = 500;
const MOST_SIZE = 16_000;
const GROWTH = 4;
/** Of the time that is left, what a stretch may take by the one before: the next one may find its rows less near at hand. */
const CAUTION = 0.7;

/** How far was looked. */
export interface Looked {
  /** There is nothing beyond. */
  readonly ended: boolean;
  /** Where to go on: beyond the last row that was looked at. Null where nothing was. */
  readonly last: string | null;
}

/**
 * Looks through the log, stretch after stretch, until `take` has enough or the time is up: `untilMs` of
 * `performance.now()`. So a filter that fits nothing costs no more than one that fits at once; the page is then shorter,
 * and says where to go on. Stretches grow while they are cheap.
 * @param from `most`: so many of one stretch are enough
 * @param take gets what a stretch found and returns whether it wants more
 */
export async function lookThrough(
  database: Pick<pg.ClientBase, 'query'>,
  search: AuditSearch,
  from: { readonly place: string | null; readonly most: number; readonly untilMs: number },
  take: (found: readonly FoundRow[]) => boolean,
): Promise<Looked> {
  const along = await rarestOf(database, search);
  let { place } = from;
  // So many of each member of a department.
  const least = byMember(search) ? from.most : Math.max(FIRST_SIZE, from.most);
  let size = least;
  for (;;) {
    const startedMs = performance.now();
    const { found, looked, last } = await lookAt(database, search, along, { place, size, most: from.most });
    const ended = looked < size;
    place = last ?? place;
    if (!take(found)) return { ended: false, last: place };
    if (ended) return { ended: true, last: place };
    const leftMs = from.untilMs - performance.now();
    const affordable = ((CAUTION * leftMs) / (performance.now() - startedMs)) * size;
    if (affordable < least) return { ended: false, last: place };
    size = Math.floor(Math.min(MOST_SIZE, size * GROWTH, affordable));
  }
}
