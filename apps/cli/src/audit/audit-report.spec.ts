import type { AuditRow } from '@gatehouse/audit';
import { expect, it } from 'vitest';
import { renderHuman } from '../report/render-human.ts';
import { auditReport } from './audit-report.ts';

const PIPE = { colour: false, width: null };

it('shows identity, decision and every rule in short', () => {
  const text = renderHuman(auditReport('trace-1', [aRow({})], false), PIPE);
  for (const shown of [
    'user-1',
    'session-1',
    'mcp__filesystem__read_file',
    'secret_detected',
    'scope',
    'github-token',
  ]) {
    expect(text).toContain(shown);
  }
  expect(text).toContain('gatehouse infra logs audit trace-1 --full');
});

it('shows what was sent and what came back only in full', () => {
  const row = aRow({
    result: { status: 'ok', commitment: 'c2', content: { salt: 's', output: { text: 'the answer' } } },
  });
  const short = auditReport('trace-1', [row], false);
  expect(JSON.stringify(short.data) + renderHuman(short, PIPE)).not.toMatch(/the input|the answer/);
  const full = auditReport('trace-1', [row], true);
  expect(JSON.stringify(full.data)).toContain('the input');
  expect(renderHuman(full, PIPE)).toContain('the input');
  expect(renderHuman(full, PIPE)).toContain('the answer');
  expect(renderHuman(full, PIPE)).toContain('context-1');
});

it('says nothing of more where a row has no content', () => {
  const row = aRow({ evaluation: { commitment: null, policyVersion: null, rules: [] } });
  expect(renderHuman(auditReport('trace-1', [row], false), PIPE)).not.toContain('--full');
});

it('lets nothing that a client sent act on the terminal', () => {
  const row = aRow({
    action: 'Bash\u001b[2J',
    evaluation: {
      commitment: null,
      policyVersion: null,
      rules: [],
      content: { input: { 'k\u202e': 'v\u009b' }, salt: '' },
    },
  });
  expect(renderHuman(auditReport('trace\u0007', [row], true), PIPE).replaceAll('\n', '')).not.toMatch(
    /[\p{Cc}\p{Cf}]/u,
  );
});

function aRow(fields: Partial<AuditRow>): AuditRow {
  return {
    id: '01a2056d-30f5-7000-8000-000500000002',
    occurred_at: '2026-11-22T22:42:51.765Z',
    event: 'tool_call.decided',
    user_id: 'user-1',
    session_id: 'session-1',
    task_id: 'task-1',
    trace_id: 'trace-1',
    context_id: 'context-1',
    client_id: 'client-1',
    role: 'user',
    agent_id: null,
    action: 'mcp__filesystem__read_file',
    decision: 'deny',
    policy: 'secret_detected',
    reason: 'The arguments hold a credential.',
    evaluation: {
      commitment: 'c1',
      policyVersion: 'sha256:1',
      rules: [
        { rule: 'scope', result: 'pass', detail: 'role user', durationUs: 3 },
        { rule: 'secrets', result: 'fail', detail: 'github-token at $.path', durationUs: 9 },
      ],
      content: { salt: 's', input: { path: 'the input' }, claimed: null, findings: [] },
    },
    result: null,
    cost_microdollars: '0',
    ...fields,
  };
}
