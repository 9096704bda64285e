import type pg from 'pg';
import { auditCondition } from './audit-condition.ts';
import type { AuditSearch } from './search.ts';

/** Those of the traces that go on at or behind the row `place`: pages before this one hold them. */
export async function seenBefore(
  database: Pick<pg.ClientBase, 'query'>,
  traces: readonly string[],
  place: string | null,
  { filter, visibility, events }: AuditSearch,
): Promise<ReadonlySet<string>> {
  if (place === null || traces.length === 0) return new Set();
  const { text, values } = auditCondition(filter, visibility);
  const at = (parameter: number) => `$${values.length + parameter}`;
  const { rows } = await database.query<{ trace_id: string }>(
    `select t.trace_id from unnest(${at(1)}::text[]) as t (trace_id) where exists (
       select from audit_log where ${text} and trace_id = t.trace_id and id >= ${at(2)}::uuid and event = any(${at(3)}))`,
    [...values, traces, place, events],
  );
  return new Set(rows.map(({ trace_id: trace }) => trace));
}
