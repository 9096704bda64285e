import { auditCondition, type SqlCondition } from './audit-condition.ts';
import type { AuditVisibility } from './audit-filter.ts';

const COLUMNS =
  `id, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at, event, user_id, ` +
  'session_id, task_id, trace_id, context_id, client_id, role, agent_id, action, decision, policy, reason, ';

/**
 * The 18 columns as an `AuditRow` has them, of the rows that are visible: a `select` to which further
 * conditions are added with `and`. Content that the reader may not see never leaves the database.
 */
export function visibleRows(
  visibility: AuditVisibility,
  table: 'audit_log' | 'audit_held' = 'audit_log',
): SqlCondition {
  const { text, values } = auditCondition({}, visibility);
  const content = shownContent(visibility, values.length + 1);
  return {
    text:
      `select ${COLUMNS} ${content.shown('evaluation')}, ${content.shown('result')}, cost_microdollars ` +
      `from ${table} where ${text}`,
    values: [...values, ...content.values],
  };
}

function shownContent(visibility: AuditVisibility, parameter: number) {
  if (visibility.revealed === true || visibility.kind === 'self') {
    return { shown: (column: string) => column, values: [] };
  }
  const withheld = (column: string) => `audit_withheld_content(${column})`;
  const { userId } = visibility;
  if (userId === undefined) {
    return { shown: (column: string) => `${withheld(column)} as ${column}`, values: [] };
  }
  return {
    shown: (column: string) =>
      `case when user_id = $${parameter} then ${column} else ${withheld(column)} end as ${column}`,
    values: [userId],
  };
}
