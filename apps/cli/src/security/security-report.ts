import type { Report } from '../report/report.ts';
import type { SecurityStatus } from './security-status.ts';

export function securityReport(status: SecurityStatus): Report {
  const { mode, operatorPassphrase, isolation, roles, keyFiles, notMet } = status;
  const summary = { mode, operator_passphrase: operatorPassphrase, isolation };
  return {
    artifactType: 'card',
    title: 'Security',
    data: { ...summary, roles: [...roles], key_files: [...keyFiles], not_met: [...notMet] },
    parts: [
      { kind: 'card', fields: summary },
      { kind: 'heading', text: 'who may do what' },
      { kind: 'table', columns: ['role', 'permissions'], rows: roles },
      { kind: 'heading', text: 'keys' },
      { kind: 'table', columns: ['file', 'mode', 'owner', 'closed'], rows: keyFiles },
      { kind: 'heading', text: 'not met' },
      { kind: 'text', text: notMet.length === 0 ? 'Nothing.' : notMet.map((line) => `- ${line}`).join('\n') },
    ],
  };
}
