import type pg from 'pg';
import { auditCondition } from './audit-condition.ts';
import type { AuditVisibility } from './audit-filter.ts';
import { EVERY_DECIDED } from './call-rows.queries.ts';
import type { CallStatistics } from './governed-call.ts';

/** Decided calls since then, counted by action, decision and policy: the most frequent first. */
export async function countCalls(
  database: Pick<pg.ClientBase, 'query'>,
  since: Date,
  visibility: AuditVisibility,
): Promise<readonly CallStatistics[]> {
  const { text, values } = auditCondition({ since }, visibility);
  const { rows } = await database.query<CallStatistics>(
    `select action, decision, policy, count(*)::int as calls from audit_log
      where ${text} and event = any($${values.length + 1}) group by action, decision, policy order by calls desc limit 1000`,
    [...values, EVERY_DECIDED],
  );
  return rows;
}
