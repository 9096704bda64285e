/** A question to the audit log: the rows with one of these events, policies and decisions. */
export interface EvidenceQuery {
  readonly title: string;
  readonly events?: readonly string[];
  readonly policies?: readonly string[];
  readonly decision?: 'allow' | 'deny';
}

const DECIDED = ['tool_call.decided', 'model_call.decided'] as const;

/** What a control of `services/compliance` can ask, by name. */
export const EVIDENCE_QUERIES: Readonly<Record<string, EvidenceQuery>> = {
  calls_decided: { title: 'Calls that were decided and recorded before they ran', events: DECIDED },
  calls_denied: { title: 'Calls that were denied', events: DECIDED, decision: 'deny' },
  credentials_detected: {
    title: 'Calls denied for a credential in them',
    policies: ['secret_detected', 'own_secret'],
  },
  destructive_denied: { title: 'Destructive calls that were denied', policies: ['blocklisted'] },
  rate_limited: { title: 'Calls over their budget', policies: ['rate_limited'] },
  role_denied: { title: 'Calls that a role, list or agent does not allow', policies: ['scope_denied'] },
  logins: { title: 'Logins', events: ['login.succeeded'] },
  logins_failed: { title: 'Logins that failed', events: ['login.failed'] },
  sessions: { title: 'Sessions created and ended', events: ['session.created', 'session.revoked'] },
  users_changed: {
    title: 'Users created, changed, suspended and deleted',
    events: ['user.created', 'user.updated', 'user.suspended', 'user.deleted'],
  },
  roles_changed: { title: 'Roles changed', events: ['role.changed'] },
  credentials_rotated: { title: 'Credentials and keys replaced', events: ['credential.rotated'] },
  policies_changed: { title: 'Governance policies that came into force', events: ['policy.changed'] },
  secrets_changed: {
    title: 'Secrets set, replaced and removed',
    events: ['secret.set', 'secret.rotated', 'secret.unset'],
  },
  secrets_opened: { title: 'Secrets opened for a tool', events: ['secret.opened'] },
  tools_changed: { title: 'Tool definitions pinned and approved', events: ['tool.pinned', 'tool.approved'] },
  tools_refused: { title: 'Calls of tools whose definition changed', policies: ['tool_changed'] },
  children_started: { title: 'Processes started for MCP servers', events: ['mcp.spawned'] },
  content_revealed: {
    title: "Others' recorded content looked at, with a reason",
    events: ['content.revealed'],
  },
  database_queried: { title: 'Questions asked of the audit tables', events: ['db.queried'] },
  audit_gaps: { title: 'Times in which calls could not be recorded, and were denied', events: ['audit.gap'] },
  audit_purged: { title: 'Rows removed by retention', events: ['audit.purged'] },
  audit_held: { title: 'Legal holds', events: ['audit.held'] },
  audit_erased: { title: 'Content erased on request', events: ['audit.erased'] },
  hooks_bypassed: { title: 'Reports of tools that ran without a decision', events: ['hook.bypassed'] },
  credential_anomalies: {
    title: 'Hook credentials used from elsewhere or by others',
    events: ['credential.anomaly'],
  },
  requests_rejected: {
    title: 'Requests that were refused before they were judged',
    events: ['request.rejected'],
  },
  calls_not_recorded: {
    title: 'Calls denied because the audit log could not record them',
    policies: ['audit_unavailable'],
  },
};
