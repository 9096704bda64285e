import type { AuditRow } from '@gatehouse/audit';

/** A denied call as it is read. */
export function anAuditRow(fields: Partial<AuditRow> = {}): AuditRow {
  return {
    id: '01a2056d-30f5-7000-8000-000500000002',
    occurred_at: '2026-11-22T22:42:51.765Z',
    event: 'tool_call.decided',
    user_id: '01a2056e-3bde-7c46-99ed-b476a4f1db2a',
    session_id: '01a2056e-4efc-7ed8-9a48-bc62b5d1661f',
    task_id: 'toolu_01',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    context_id: 'context-1',
    client_id: 'claude-code',
    role: 'user',
    agent_id: null,
    action: 'mcp__filesystem__read_file',
    decision: 'deny',
    policy: 'secret_detected',
    reason: 'The arguments hold a credential: github-personal-access-token at $.path.',
    evaluation: {
      commitment: 'c1',
      policyVersion: 'sha256:1',
      rules: [{ rule: 'secrets', result: 'fail', detail: 'github-token at $.path', durationUs: 9 }],
      content: { salt: 's', input: { path: 'the input' }, claimed: null, findings: [] },
    },
    result: null,
    cost_microdollars: '0',
    ...fields,
  };
}

/** The same call allowed and over. */
export function aCompletedRow(fields: Partial<AuditRow> = {}): AuditRow {
  return anAuditRow({
    event: 'tool_call.completed',
    decision: 'allow',
    policy: 'default_allow',
    result: {
      status: 'ok',
      error: null,
      durationMs: 12.6,
      tokens: null,
      redactions: 0,
      reportedBy: 'gatehouse',
      commitment: 'c2',
      content: { salt: 't', output: 'the output' },
    },
    ...fields,
  });
}
