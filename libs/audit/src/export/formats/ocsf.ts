import type { AuditRow } from '../../read/audit-row.ts';
import {
  decidesSomething,
  type EventSeverity,
  outcomeOf,
  present,
  serverOf,
  severityOf,
  textOf,
  wholeMs,
} from './event-facts.ts';
import type { EventOrigin } from './export-format.ts';

/** The version of the Open Cybersecurity Schema Framework that events follow: https://schema.ocsf.io/1.5.0 */
export const OCSF_VERSION = '1.5.0';

const SEVERITY: Readonly<Record<EventSeverity, readonly [number, string]>> = {
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
};
const STATUS = { success: [1, 'Success'], failure: [2, 'Failure'], unknown: [0, 'Unknown'] } as const;

/** Authentication [3002] for logins and sessions, API Activity [6003] for everything else. */
const LOGON_ACTIVITIES: Readonly<Record<string, readonly [number, string]>> = {
  'login.succeeded': [1, 'Logon'],
  'login.failed': [1, 'Logon'],
  'session.created': [3, 'Authentication Ticket'],
  'session.revoked': [2, 'Logoff'],
};
const API_ACTIVITIES: Readonly<Record<string, readonly [number, string]>> = {
  'user.created': [1, 'Create'],
  'user.updated': [3, 'Update'],
  'user.suspended': [3, 'Update'],
  'user.deleted': [4, 'Delete'],
  'role.changed': [3, 'Update'],
  'policy.changed': [3, 'Update'],
  'credential.rotated': [3, 'Update'],
  'secret.set': [1, 'Create'],
  'secret.rotated': [3, 'Update'],
  'secret.unset': [4, 'Delete'],
  'db.queried': [2, 'Read'],
  'content.revealed': [2, 'Read'],
};

/** A row as an event of OCSF, with its security-control profile where something was decided. */
export function ocsfEvent(row: AuditRow, origin: EventOrigin): object {
  const logon = LOGON_ACTIVITIES[row.event];
  return logon === undefined ? apiActivity(row, origin) : authentication(row, origin, logon);
}

function apiActivity(row: AuditRow, origin: EventOrigin): object {
  const [activity, name] = API_ACTIVITIES[row.event] ?? [99, row.event];
  return {
    ...classification(
      { category: 6, categoryName: 'Application Activity', uid: 6003, name: 'API Activity' },
      activity,
      name,
    ),
    ...base(row, origin),
    actor: actorOf(row),
    api: {
      operation: row.action,
      request: { uid: row.task_id },
      service: { name: serverOf(row) ?? 'gatehouse' },
      ...(row.result === null
        ? {}
        : { response: present({ error: textOf(row.result.error), message: textOf(row.result.status) }) }),
    },
    src_endpoint: { svc_name: row.client_id },
  };
}

function authentication(
  row: AuditRow,
  origin: EventOrigin,
  [activity, name]: readonly [number, string],
): object {
  return {
    ...classification(
      { category: 3, categoryName: 'Identity & Access Management', uid: 3002, name: 'Authentication' },
      activity,
      name,
    ),
    ...base(row, origin),
    actor: actorOf(row),
    user: userOf(row),
    session: { uid: row.session_id },
    service: { name: 'gatehouse' },
    src_endpoint: { svc_name: row.client_id },
  };
}

function classification(
  of: { category: number; categoryName: string; uid: number; name: string },
  activity: number,
  name: string,
): object {
  return {
    category_uid: of.category,
    category_name: of.categoryName,
    class_uid: of.uid,
    class_name: of.name,
    activity_id: activity,
    activity_name: name,
    type_uid: of.uid * 100 + activity,
    type_name: `${of.name}: ${activity === 99 ? 'Other' : name}`,
  };
}

function base(row: AuditRow, origin: EventOrigin): object {
  const severity = severityOf(row);
  const [statusId, status] = STATUS[outcomeOf(row)];
  return {
    time: Date.parse(row.occurred_at),
    timezone_offset: 0,
    severity_id: SEVERITY[severity][0],
    severity: SEVERITY[severity][1],
    status_id: statusId,
    status,
    message: row.reason,
    ...present({ duration: wholeMs(row.result?.durationMs) }),
    ...(decidesSomething(row) ? control(row, severity) : {}),
    metadata: {
      version: OCSF_VERSION,
      uid: row.id,
      correlation_uid: row.trace_id,
      event_code: row.event,
      log_name: 'audit_log',
      log_provider: 'gatehouse',
      original_time: row.occurred_at,
      product: { name: 'Gatehouse', vendor_name: 'Gatehouse', version: origin.version },
      ...(decidesSomething(row) ? { profiles: ['security_control'] } : {}),
    },
    unmapped: {
      context_id: row.context_id,
      task_id: row.task_id,
      role: row.role,
      cost_microdollars: row.cost_microdollars,
      evaluation: row.evaluation,
      result: row.result,
    },
  };
}

/** The security-control profile: what was decided, and by which check. */
function control(row: AuditRow, severity: EventSeverity): object {
  const allowed = row.decision === 'allow';
  const policy = present({ name: row.policy, version: textOf(row.evaluation.policyVersion) });
  return {
    action_id: allowed ? 1 : 2,
    action: allowed ? 'Allowed' : 'Denied',
    disposition_id: allowed ? 1 : 2,
    disposition: allowed ? 'Allowed' : 'Blocked',
    authorizations: [{ decision: row.decision, policy }],
    policy,
    is_alert: severity === 'high',
  };
}

function actorOf(row: AuditRow): object {
  return {
    user: userOf(row),
    session: { uid: row.session_id },
    app_uid: row.client_id,
    ...(row.agent_id === null ? {} : { app_name: row.agent_id }),
  };
}

function userOf({ user_id: uid, role }: AuditRow): object {
  if (role === 'admin') return { uid, type_id: 2, type: 'Admin' };
  if (role === 'user') return { uid, type_id: 1, type: 'User' };
  return { uid, type_id: 99, type: role };
}
