import type pg from 'pg';
import type { AuditFilter, AuditPage, AuditVisibility } from './audit-filter.ts';
import type { AuditRow } from './audit-row.ts';
import { rowsById } from './audit-seals.queries.ts';
import { findPage } from './find-page.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** Newest first. */
export async function listRows(
  database: Queryable,
  { limit, before, ...filter }: AuditFilter,
  visibility: AuditVisibility,
): Promise<AuditPage<AuditRow>> {
  const place = before ?? null;
  const { ids, next } = await findPage(database, { filter, visibility, order: 'newest' }, { limit, place });
  const rows = await rowsById(database, ids, visibility);
  return { rows: rows.toReversed(), next };
}

/** Oldest first, after the row `after`: for handing over more than a page. Takes as long as it takes to find `limit`. */
export async function rowsFrom(
  database: Queryable,
  { limit, before: _before, ...filter }: AuditFilter,
  after: string | null,
  visibility: AuditVisibility,
): Promise<readonly AuditRow[]> {
  const search = { filter, visibility, order: 'oldest' } as const;
  const { ids } = await findPage(database, search, { limit, place: after, lookMs: Number.POSITIVE_INFINITY });
  return rowsById(database, ids, visibility);
}
