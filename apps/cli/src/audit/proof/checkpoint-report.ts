import { AuditBundles, AuditSigning } from '@gatehouse/audit';
import { cliError } from '../../errors/cli-error.ts';
import type { Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';

/** @throws AppError `CLI_AUDIT_UNSIGNED` when there is no checkpoint */
export async function checkpointReport(operator: Operator): Promise<Report> {
  await operator.get(AuditSigning).signNow();
  const last = await operator.get(AuditBundles).lastAnchored();
  if (last === null) throw cliError('CLI_AUDIT_UNSIGNED');
  return {
    artifactType: 'text',
    title: `Checkpoint ${last.no}`,
    data: { no: last.no, size: last.size, signed_at: last.signedAt.toISOString(), checkpoint: last.note },
    parts: [{ kind: 'text', text: last.note }],
  };
}
