import type pg from 'pg';
import { auditCondition } from './audit-condition.ts';
import type { AuditVisibility } from './audit-filter.ts';
import type { AuditRow } from './audit-row.ts';
import { inIndexOrder } from './in-index-order.ts';
import { visibleRows } from './visible-rows.ts';

const MAX_TRACE_ROWS = 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

type Queryable = Pick<pg.ClientBase, 'query'>;

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
  const ids = await firstOfTraces(database, traces, visibility);
  const { text, values } = visibleRows(visibility);
  const held = visibleRows(visibility, 'audit_held').text;
  const { rows } = await database.query<AuditRow>(
    `${text} and id = any($${values.length + 1}::uuid[])
     union all
     ${held} and trace_id = any($${values.length + 2}) and not exists (select from audit_log l where l.id = audit_held.id)
     order by id limit ${MAX_TRACE_ROWS}`,
    [...values, ids, traces],
  );
  return rows;
}

/** A client may never end a trace: its first rows, by its index. */
async function firstOfTraces(
  database: Queryable,
  traces: readonly string[],
  visibility: AuditVisibility,
): Promise<readonly string[]> {
  await inIndexOrder(database);
  const { text, values } = auditCondition({}, visibility);
  const { rows } = await database.query<{ id: string }>(
    `select l.id from unnest($${values.length + 1}::text[]) as t (trace)
     cross join lateral (
       select id from audit_log where ${text} and trace_id = t.trace order by id limit ${MAX_TRACE_ROWS}) l
      order by l.id limit ${MAX_TRACE_ROWS}`,
    [...values, traces],
  );
  return rows.map(({ id }) => id);
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
