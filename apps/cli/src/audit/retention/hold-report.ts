import { type HoldScope, Retention } from '@gatehouse/audit';
import { cliError } from '../../errors/cli-error.ts';
import { cardReport, type Report, tableReport } from '../../report/report.ts';
import type { Operator } from '../../session/operator.ts';
import { pointInTime } from '../point-in-time.ts';
import { userIdOf } from './user-id.ts';

export interface HoldRequest {
  readonly user?: string | undefined;
  readonly trace?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly reason: string;
}

/** @throws AppError `CLI_ARGUMENT_INVALID` where it is not said what to hold */
export async function placeHold(operator: Operator, request: HoldRequest): Promise<Report> {
  const scope = await scopeOf(operator, request);
  const id = await operator.get(Retention).hold(operator.context, scope, request.reason);
  return cardReport('Hold placed', {
    id,
    kind: scope.kind,
    ...(scope.kind === 'period'
      ? { from: scope.from.toISOString(), to: scope.to.toISOString() }
      : { subject: scope.subject }),
    reason: request.reason,
  });
}

export async function releaseHold(operator: Operator, id: string, reason: string): Promise<Report> {
  if (!(await operator.get(Retention).release(operator.context, id, reason)))
    throw cliError('CLI_HOLD_UNKNOWN');
  return cardReport('Hold released', { id, reason });
}

export async function listHolds(operator: Operator): Promise<Report> {
  const holds = await operator.get(Retention).holds();
  return tableReport({
    title: 'Legal holds',
    key: 'holds',
    columns: ['id', 'kind', 'subject', 'from', 'to', 'reason', 'placed_at', 'released_at'],
    rows: holds.map(({ id, kind, subject, from, to, reason, placedAt, releasedAt }) => ({
      id,
      kind,
      subject,
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
      reason,
      placed_at: placedAt.toISOString(),
      released_at: releasedAt?.toISOString() ?? null,
    })),
  });
}

async function scopeOf(operator: Operator, { user, trace, since, until }: HoldRequest): Promise<HoldScope> {
  if (user !== undefined) return { kind: 'user', subject: await userIdOf(operator, user) };
  if (trace !== undefined) return { kind: 'trace', subject: trace };
  if (since === undefined || until === undefined)
    throw cliError('CLI_ARGUMENT_INVALID', {
      message: 'say what to hold: --user, --trace, or --since and --until',
    });
  const nowMs = Date.now();
  const [from, to] = [pointInTime(since, 'start', nowMs), pointInTime(until, 'end', nowMs)];
  if (from > to) throw cliError('CLI_ARGUMENT_INVALID', { message: '--since is after --until' });
  return { kind: 'period', from, to };
}
