import type pg from 'pg';
import { auditCondition } from './audit-condition.ts';
import type { AuditFilter, AuditPage, AuditVisibility } from './audit-filter.ts';
import type { AuditRow } from './audit-row.ts';
import { visibleRows } from './visible-rows.ts';

const MAX_TRACE_ROWS = 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

type Queryable = Pick<pg.Pool, 'query'>;

/** Newest first. */
export async function listRows(
  database: Queryable,
  filter: AuditFilter,
  visibility: AuditVisibility,
): Promise<AuditPage<AuditRow>> {
  const { text, values } = visibleRows(filter, visibility);
  const { rows } = await database.query<AuditRow>(`${text} order by id desc limit $${values.length + 1}`, [
    ...values,
    filter.limit + 1,
  ]);
  const page = rows.slice(0, filter.limit);
  return { rows: page, next: rows.length > filter.limit ? page.at(-1)!.id : null };
}

/** Oldest first, after the row `after`: for handing over more than a page. */
export async function rowsFrom(
  database: Queryable,
  filter: AuditFilter,
  after: string | null,
  visibility: AuditVisibility,
): Promise<readonly AuditRow[]> {
  const { text, values } = visibleRows(filter, visibility);
  const { rows } = await database.query<AuditRow>(
    `${text} and id > coalesce($${values.length + 1}::uuid, '00000000-0000-0000-0000-000000000000')
      order by id limit $${values.length + 2}`,
    [...values, after, filter.limit],
  );
  return rows;
}

/**
 * Everything that belongs to one row, request or trace, oldest first: at most 1,000 rows. Also what was held when its
 * month went.
 */
export async function rowsOf(
  database: Queryable,
  id: string,
  visibility: AuditVisibility,
): Promise<readonly AuditRow[]> {
  const traces = await tracesOf(database, id, visibility);
  if (traces.length === 0) return [];
  const { text, values } = visibleRows({}, visibility);
  const held = visibleRows({}, visibility, 'audit_held').text;
  const ofTraces = `trace_id = any($${values.length + 1})`;
  const { rows } = await database.query<AuditRow>(
    `${text} and ${ofTraces}
     union all
     ${held} and ${ofTraces} and id not in (select id from audit_log where ${ofTraces})
     order by id limit ${MAX_TRACE_ROWS}`,
    [...values, traces],
  );
  return rows;
}

/** The trace that `id` names: it is one, or the id of a row in it, or of its task. */
async function tracesOf(
  database: Queryable,
  id: string,
  visibility: AuditVisibility,
): Promise<readonly string[]> {
  const { text, values } = auditCondition({}, visibility);
  const parameter = `$${values.length + 1}`;
  const matches = [`trace_id = ${parameter}`, `task_id = ${parameter}`];
  if (UUID.test(id)) matches.push(`id = ${parameter}::uuid`);
  const selects = ['audit_log', 'audit_held'].flatMap((table) =>
    matches.map((match) => `(select trace_id from ${table} where ${text} and ${match} limit 50)`),
  );
  const { rows } = await database.query<{ trace_id: string }>(`${selects.join(' union ')} limit 50`, [
    ...values,
    id,
  ]);
  return rows.map((row) => row.trace_id);
}
