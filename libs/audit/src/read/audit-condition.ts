import type { AuditFilter, AuditVisibility } from './audit-filter.ts';

export interface SqlCondition {
  readonly text: string;
  readonly values: readonly unknown[];
}

const EQUALITIES = [
  ['event', 'event'],
  ['decision', 'decision'],
  ['policy', 'policy'],
  ['userId', 'user_id'],
  ['sessionId', 'session_id'],
  ['traceId', 'trace_id'],
  ['taskId', 'task_id'],
  ['agentId', 'agent_id'],
  ['action', 'action'],
] as const;

/** A decided call without its completion, 15 minutes after. A call's two rows have the same session, trace and task. */
const OPEN_CALL = `decision = 'allow' and event in ('tool_call.decided', 'model_call.decided')
  and id < audit_id_at(now() - interval '15 minutes')
  and not exists (
    select from audit_log c where c.trace_id = audit_log.trace_id and c.id > audit_log.id
       and c.task_id = audit_log.task_id and c.session_id = audit_log.session_id and c.user_id = audit_log.user_id
       and c.event in ('tool_call.completed', 'model_call.completed'))`;

/** The `where` of a list. Times become bounds of the id, so that they prune partitions and use the key. */
export function auditCondition(filter: Partial<AuditFilter>, visibility: AuditVisibility): SqlCondition {
  const parts: string[] = [];
  const values: unknown[] = [];
  const add = (expression: (parameter: string) => string, value: unknown) => {
    values.push(value);
    parts.push(expression(`$${values.length}`));
  };
  if (visibility.kind === 'self') add((p) => `user_id = ${p}`, visibility.userId);
  if (visibility.kind === 'department') {
    values.push(visibility.userId);
    const own = `$${values.length}`;
    add(
      (p) => `(user_id = ${own} or user_id in (select audit_department_members(${p})))`,
      visibility.department,
    );
  }
  for (const [name, column] of EQUALITIES) {
    const value = filter[name];
    if (value !== undefined) add((p) => `${column} = ${p}`, value);
  }
  if (filter.open === true) parts.push(OPEN_CALL);
  if (filter.since !== undefined) add((p) => `id >= audit_id_at(${p}::timestamptz)`, filter.since);
  if (filter.until !== undefined) add((p) => `id < audit_id_at(${p}::timestamptz)`, filter.until);
  if (filter.before !== undefined) add((p) => `id < ${p}::uuid`, filter.before);
  return { text: parts.length === 0 ? 'true' : parts.join(' and '), values };
}
