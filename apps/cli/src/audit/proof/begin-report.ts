import { AuditBundles, AuditLog, AuditSigning } from '@gatehouse/audit';
import { cliError } from '../../errors/cli-error.ts';
import { cardReport, type Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';

const LONGEST_REASON = 500;

/** @throws AppError `AUDIT_LOG_GOES_ON`, `AUDIT_SIGNING_BUSY`, `AUDIT_CHAIN_BROKEN`, `CLI_ARGUMENT_INVALID` */
export async function beginReport(operator: Operator, reason: string): Promise<Report> {
  const words = reason.trim();
  if (words === '' || words.length > LONGEST_REASON)
    throw cliError('CLI_ARGUMENT_INVALID', { message: `--reason takes 1 to ${LONGEST_REASON} characters` });
  const log = await operator.get(AuditSigning).beginLog({
    reason: words,
    record: async (detail) => {
      const { id } = await operator.get(AuditLog).record({
        event: 'audit.begun',
        context: operator.context,
        action: 'infra logs audit begin',
        decision: 'allow',
        policy: 'not_applicable',
        reason: 'A new log was begun in place of one that the signer does not go on with.',
        detail: { ...detail },
      });
      return id;
    },
  });
  const checkpoint = await operator.get(AuditBundles).lastAnchored();
  return cardReport('Log begun', {
    ...log,
    seals: checkpoint?.size ?? null,
    verify: `gatehouse infra logs audit verify --accept ${log.origin}`,
  });
}
