import {
  type AuditPage,
  AuditReader,
  type CallFilter,
  type CallStatistics,
  type GovernedCallRow,
  type TraceSummary,
} from '@gatehouse/audit';
import { Users } from '@gatehouse/identity';
import { given } from '@gatehouse/kernel';
import { times } from '../logs/log-wish.ts';
import { type Report, tableReport } from '../report/report.ts';
import type { Operator } from '../session/operator.ts';
import { visibilityOf } from './list-audit.ts';
import { noneText, wholePage } from './whole-page.ts';

/** What the command line narrows calls by; `user` is an id or an e-mail address. */
export interface CallWish {
  readonly user?: string | undefined;
  readonly agent?: string | undefined;
  readonly decision?: CallFilter['decision'] | undefined;
  readonly action?: string | undefined;
  readonly kind?: CallFilter['kind'] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export async function calls(operator: Operator, wish: CallWish): Promise<AuditPage<GovernedCallRow>> {
  const filter = await callFilter(operator, wish);
  return wholePage(filter, (from) =>
    operator.get(AuditReader).calls({ ...filter, ...from }, visibilityOf(operator)),
  );
}

export async function traces(operator: Operator, wish: CallWish): Promise<AuditPage<TraceSummary>> {
  const filter = await callFilter(operator, wish);
  return wholePage(filter, (from) =>
    operator.get(AuditReader).traces({ ...filter, ...from }, visibilityOf(operator)),
  );
}

export function callsReport(title: string, { rows, next }: AuditPage<GovernedCallRow>): Report {
  return tableReport({
    title,
    key: 'requests',
    columns: ['occurred_at', 'action', 'decision', 'policy', 'status', 'duration_ms', 'trace_id'],
    rows: rows.map((row) => ({ ...row })),
    more: { total: rows.length, next_cursor: next },
    empty: noneText('No such calls.', next),
  });
}

export function tracesReport({ rows, next }: AuditPage<TraceSummary>): Report {
  return tableReport({
    title: 'Traces',
    key: 'traces',
    columns: ['first_at', 'trace_id', 'calls', 'denied', 'failed', 'open', 'duration_ms', 'actions'],
    rows: rows.map((row) => ({ ...row, actions: [...row.actions] })),
    more: { total: rows.length, next_cursor: next },
    empty: noneText('No such traces.', next),
  });
}

/** Sums over decided calls: by decision and policy, and by action. */
export function statisticsReport(since: Date, counted: readonly CallStatistics[]): Report {
  const by = (keyOf: (row: CallStatistics) => string, names: readonly string[]) => {
    const sums = new Map<string, number>();
    for (const row of counted) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + row.calls);
    return [...sums]
      .sort(([, a], [, b]) => b - a)
      .map(([key, count]) => {
        const parts = key.split('\u0000');
        return {
          ...Object.fromEntries(names.map((name, index) => [name, parts[index] ?? ''])),
          calls: count,
        };
      });
  };
  const total = counted.reduce((sum, row) => sum + row.calls, 0);
  const denied = counted.reduce((sum, row) => sum + (row.decision === 'deny' ? row.calls : 0), 0);
  const policies = by(({ decision, policy }) => `${decision}\u0000${policy}`, ['decision', 'policy']);
  const actions = by(({ action }) => action, ['action']).slice(0, 50);
  return {
    artifactType: 'card',
    title: 'Requests',
    data: { since: since.toISOString(), total, denied, by_policy: policies, by_action: actions },
    parts: [
      { kind: 'card', fields: { since: since.toISOString(), total, denied } },
      { kind: 'table', columns: ['decision', 'policy', 'calls'], rows: policies },
      { kind: 'table', columns: ['action', 'calls'], rows: actions },
    ],
  };
}

async function callFilter(
  operator: Operator,
  { user, agent, cursor, since, until, ...rest }: CallWish,
): Promise<CallFilter> {
  const userId = user?.includes('@') ? (await operator.get(Users).get(user)).id : user;
  const { limit, decision, action, kind } = rest;
  return {
    limit,
    ...given({ decision, action, kind, userId, agentId: agent, before: cursor }),
    ...times({ since, until }),
  };
}
