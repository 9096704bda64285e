import type { JsonValue } from '@gatehouse/kernel';
import type { AuditRow } from '../../read/audit-row.ts';

/** From nothing to do to act now, on a scale that each format maps to its own. */
export type EventSeverity = 'informational' | 'low' | 'medium' | 'high';

const HIGH_EVENTS = new Set<string>(['credential.anomaly', 'hook.bypassed', 'audit.gap', 'secret.opened']);
const HIGH_POLICIES = new Set<string>([
  'secret_detected',
  'own_secret',
  'blocklisted',
  'tool_changed',
  'audit_unavailable',
]);
const LOW_POLICIES = new Set<string>(['rate_limited', 'input_invalid', 'upstream_unavailable']);

export function severityOf({ event, decision, policy }: AuditRow): EventSeverity {
  if (HIGH_EVENTS.has(event)) return 'high';
  if (event === 'login.failed') return 'medium';
  if (decision === 'allow') return 'informational';
  if (HIGH_POLICIES.has(policy)) return 'high';
  return LOW_POLICIES.has(policy) ? 'low' : 'medium';
}

/** `unknown` for an allowed call whose end is not recorded in this row. */
export function outcomeOf({ event, decision, result }: AuditRow): 'success' | 'failure' | 'unknown' {
  if (decision === 'deny' || event === 'login.failed') return 'failure';
  if (result !== null) return result.status === 'ok' ? 'success' : 'failure';
  return event.endsWith('.decided') ? 'unknown' : 'success';
}

/** Whether the row decided something, so that a policy and an outcome of it can be named. */
export function decidesSomething({ policy }: AuditRow): boolean {
  return policy !== 'not_applicable';
}

/** The MCP server of `mcp__<server>__<tool>`. */
export function serverOf({ action }: AuditRow): string | undefined {
  return /^mcp__(.+?)__/.exec(action)?.[1];
}

export function wholeMs(value: JsonValue | undefined): number | undefined {
  const whole = typeof value === 'number' ? Math.round(value) : -1;
  return Number.isSafeInteger(whole) && whole >= 0 ? whole : undefined;
}

export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Without the members that are undefined. */
export function present<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
