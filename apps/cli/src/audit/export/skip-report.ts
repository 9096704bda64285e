import { AuditLog, AuditReader, ExportPlaces } from '@gatehouse/audit';
import { cliError } from '../../errors/cli-error.ts';
import { cardReport, type Report } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';

const LONGEST_REASON = 500;

/** Records what a sink goes on without, then has it do so. @throws AppError `CLI_ARGUMENT_INVALID` */
export async function skipReport(
  operator: Operator,
  { sink, reason }: { readonly sink: string; readonly reason: string },
): Promise<Report> {
  const words = reason.trim();
  if (words === '' || words.length > LONGEST_REASON)
    throw cliError('CLI_ARGUMENT_INVALID', { message: `--reason takes 1 to ${LONGEST_REASON} characters` });
  const places = operator.get(ExportPlaces);
  const stored = await places.list(await operator.get(AuditReader).heads());
  const refusedId = stored.find((place) => place.sink === sink)?.refusedId ?? null;
  if (refusedId === null)
    throw cliError('CLI_ARGUMENT_INVALID', {
      message: `no sink ${sink} refuses anything for good; see \`gatehouse infra logs sinks\``,
    });
  const { id } = await operator.get(AuditLog).record({
    event: 'admin.export_skipped',
    context: operator.context,
    action: 'infra logs sinks skip',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'An operator has a sink go on without an event that the other side refuses.',
    detail: { sink, refused: refusedId, reason: words },
  });
  if (!(await places.skip(sink, refusedId)))
    throw cliError('CLI_ARGUMENT_INVALID', { message: `${sink} refuses something else by now: look again` });
  return cardReport('Sink goes on', { sink, without: refusedId, record: id });
}
