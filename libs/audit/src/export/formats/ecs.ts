import type { AuditRow } from '../../read/audit-row.ts';
import {
  decidesSomething,
  type EventSeverity,
  outcomeOf,
  present,
  severityOf,
  textOf,
  wholeMs,
} from './event-facts.ts';
import type { EventOrigin } from './export-format.ts';

/** The version of the Elastic Common Schema that documents follow. */
export const ECS_VERSION = '8.17.0';

const SEVERITY: Readonly<Record<EventSeverity, number>> = { informational: 1, low: 3, medium: 5, high: 8 };

/** A row as a document of ECS. What ECS has no field for stands under `gatehouse`. */
export function ecsEvent(row: AuditRow, origin: EventOrigin): object {
  const durationMs = wholeMs(row.result?.durationMs);
  return {
    '@timestamp': row.occurred_at,
    ecs: { version: ECS_VERSION },
    message: row.reason,
    event: {
      id: row.id,
      kind: severityOf(row) === 'high' ? 'alert' : 'event',
      category: categoriesOf(row),
      type: typesOf(row),
      action: row.event,
      outcome: outcomeOf(row),
      severity: SEVERITY[severityOf(row)],
      provider: 'gatehouse',
      module: 'gatehouse',
      dataset: 'gatehouse.audit',
      reason: row.reason,
      // Nanoseconds.
      ...present({ duration: durationMs === undefined ? undefined : durationMs * 1_000_000 }),
    },
    user: { id: row.user_id, roles: [row.role] },
    trace: { id: row.trace_id },
    transaction: { id: row.task_id },
    service: { name: 'gatehouse', type: 'gatehouse', version: origin.version },
    observer: {
      vendor: 'Gatehouse',
      product: 'Gatehouse',
      type: 'governance',
      version: origin.version,
      hostname: origin.host,
    },
    related: { user: [row.user_id] },
    ...(decidesSomething(row)
      ? {
          rule: present({
            name: row.policy,
            ruleset: 'gatehouse',
            version: textOf(row.evaluation.policyVersion),
          }),
        }
      : {}),
    gatehouse: {
      action: row.action,
      decision: row.decision,
      policy: row.policy,
      session_id: row.session_id,
      context_id: row.context_id,
      client_id: row.client_id,
      agent_id: row.agent_id,
      cost_microdollars: row.cost_microdollars,
      // As text: their shapes differ from row to row, and an index would take each member for a field.
      evaluation: JSON.stringify(row.evaluation),
      result: row.result === null ? null : JSON.stringify(row.result),
    },
  };
}

function categoriesOf({ event }: AuditRow): string[] {
  if (/^(?:login|session)\./.test(event)) return ['authentication'];
  if (/^(?:user|role|credential)\./.test(event)) return ['iam'];
  if (/^(?:policy|tool|secret)\./.test(event)) return ['configuration'];
  return event === 'mcp.spawned' ? ['process'] : ['api'];
}

function typesOf(row: AuditRow): string[] {
  const { event, decision } = row;
  if (event === 'login.succeeded' || event === 'session.created') return ['start'];
  if (event === 'session.revoked') return ['end'];
  if (event === 'login.failed') return ['info'];
  if (event === 'user.created') return ['user', 'creation'];
  if (event === 'user.deleted') return ['user', 'deletion'];
  if (/^(?:user|role|credential)\./.test(event)) return ['user', 'change'];
  if (/^(?:policy|tool|secret)\./.test(event)) return ['change'];
  if (event === 'mcp.spawned') return ['start'];
  return decidesSomething(row) ? [decision === 'allow' ? 'allowed' : 'denied'] : ['info'];
}
