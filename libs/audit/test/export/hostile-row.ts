import type { AuditRow } from '@gatehouse/audit';
import { aCompletedRow } from './an-audit-row.ts';

/** Texts that act on who reads them, or that end a field or a line. */
export const HOSTILE = [
  '\u001b[2J\u001b]0;owned\u0007',
  '\u009b31m',
  'safe\u202egnp.exe',
  'a\u200b\u2066b\u{e0041}',
  'a\u2028b\u2029c\u0085d',
  '\r\nCEF:0|Evil|Evil|1|x|y|10|',
  '\n<134>1 2026-01-01T00:00:00Z host app - - - forged',
  'a|b\\|c=d\\=e\\',
  '<script>alert(1)</script>&amp;',
  '=HYPERLINK("http://evil.example")',
  '"},{"id":"forged"}',
  'a\ud800b\u0000c',
] as const;

/** Every text of a row that a client can have had a hand in. */
export const hostileRow = (text: string): AuditRow =>
  aCompletedRow({
    user_id: text,
    session_id: text,
    task_id: text,
    trace_id: text,
    context_id: text,
    client_id: text,
    agent_id: text,
    action: text,
    reason: text,
    evaluation: {
      rules: [{ rule: 'secrets', result: 'pass', detail: text, durationUs: 1 }],
      policyVersion: text,
      [text]: text,
    },
  });
