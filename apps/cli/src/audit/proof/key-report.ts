import { AuditBundles, AuditLog, AuditSigning } from '@gatehouse/audit';
import { cardReport, type Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';

export async function keysReport(operator: Operator): Promise<Report> {
  const keys = (await operator.get(AuditBundles).keys()).map(({ vkey, since, certificate }) => ({
    vkey,
    since: since.toISOString(),
    certificate,
  }));
  return {
    artifactType: 'table',
    title: 'Signing keys',
    data: { keys },
    hints: { columns: ['vkey', 'since'] },
    parts:
      keys.length === 0
        ? [
            {
              kind: 'text',
              text: 'None yet: nothing was signed. `gatehouse infra logs audit checkpoint` signs now.',
            },
          ]
        : keys.map(({ vkey }) => ({ kind: 'text' as const, text: vkey })),
  };
}

export async function rotateKey(operator: Operator): Promise<Report> {
  const rotated = await operator.get(AuditSigning).rotateKey();
  await operator.get(AuditLog).record({
    event: 'credential.rotated',
    context: operator.context,
    action: 'infra logs audit keys rotate',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'The key that signs the audit log was replaced.',
    detail: { before: rotated.before, vkey: rotated.vkey },
  });
  return cardReport('Signing key replaced', {
    before: rotated.before,
    vkey: rotated.vkey,
    certificate: rotated.certificate,
  });
}
