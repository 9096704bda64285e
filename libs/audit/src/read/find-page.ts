import type pg from 'pg';
import { LOOK_MS, lookThrough } from './look-through.ts';
import type { AuditSearch } from './search.ts';
import type { FoundRow } from './stretch.queries.ts';

/** The ids of a page, in the order of the search. */
export interface FoundPage {
  readonly ids: readonly string[];
  /** Where the next page goes on; null behind the last. */
  readonly next: string | null;
}

/**
 * The next rows that fit, at most `limit`. Of a filter that hardly fits anything the page may hold fewer, even none, and
 * still have a `next`.
 */
export async function findPage(
  database: Pick<pg.ClientBase, 'query'>,
  search: AuditSearch,
  { limit, place, lookMs = LOOK_MS }: { limit: number; place: string | null; lookMs?: number },
): Promise<FoundPage> {
  const found: FoundRow[] = [];
  const untilMs = performance.now() + lookMs;
  const looked = await lookThrough(database, search, { place, most: limit + 1, untilMs }, (more) => {
    found.push(...more);
    return found.length <= limit;
  });
  const ids = found.slice(0, limit).map(({ id }) => id);
  if (found.length > limit) return { ids, next: ids.at(-1)! };
  return { ids, next: looked.ended ? null : looked.last };
}
