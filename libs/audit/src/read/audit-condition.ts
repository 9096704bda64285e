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

/** The `where` of what is visible and fits. Times become bounds of the id, so that they prune partitions and use the key. */
export function auditCondition(
  filter: Omit<Partial<AuditFilter>, 'open' | 'before'>,
  visibility: AuditVisibility,
): SqlCondition {
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
  if (filter.since !== undefined) add((p) => `id >= audit_id_at(${p}::timestamptz)`, filter.since);
  if (filter.until !== undefined) add((p) => `id < audit_id_at(${p}::timestamptz)`, filter.until);
  return { text: parts.length === 0 ? 'true' : parts.join(' and '), values };
}
