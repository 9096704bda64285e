import { AuditReader, ContentReveals } from '@gatehouse/audit';
import { cliError } from '../errors/cli-error.ts';
import type { Report } from '../report/report.ts';
import type { Operator } from '../session/operator.ts';
import { auditReport } from './audit-report.ts';
import { visibilityOf } from './list-audit.ts';

/**
 * Everything on record under an id. With a reason, also what others sent and got back: that is a row first.
 * @throws AppError `CLI_AUDIT_UNKNOWN`, `AUDIT_REASON_INVALID`
 */
export async function showTrace(
  operator: Operator,
  id: string,
  { full, reason }: { readonly full: boolean; readonly reason?: string | undefined },
): Promise<Report> {
  const visibility = visibilityOf(operator);
  const request = { context: operator.context, action: 'infra logs audit' };
  const rows =
    reason === undefined
      ? await operator.get(AuditReader).trace(id, visibility)
      : (await operator.get(ContentReveals).trace(id, visibility, { ...request, reason })).rows;
  if (rows.length === 0) throw cliError('CLI_AUDIT_UNKNOWN');
  return auditReport(id, rows, full);
}
