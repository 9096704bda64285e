import {
  AuditLog,
  type AuditVisibility,
  ContentReveals,
  ReaderSight,
  SCANNER,
  ScannedValue,
} from '@gatehouse/audit';
import { type ReaderQueryOptions, runReaderQuery } from '@gatehouse/database';
import { AppError } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import { visibilityOf } from '../audit/list-audit.ts';
import type { Report } from '../report/report.ts';
import type { Operator } from '../session/operator.ts';

/**
 * Records the query, then runs it over what the operator may see: the connection is opened while the row is written, and
 * the statement waits for it. Without a reason, what others sent and got back is
 * withheld. `limit` cuts what is shown, not what is run.
 */
export async function queryAsReader(
  operator: Operator,
  sql: string,
  { limit, reason }: { readonly limit?: number | undefined; readonly reason?: string | undefined },
): Promise<Report> {
  const visibility = visibilityOf(operator);
  operator.get(ReaderSight).prepare();
  const recorded = record(operator, sql, { visibility, reason });
  const [row, ran] = await Promise.allSettled([
    recorded,
    runReaderQuery(operator.platform.database, sql, {
      ...sightOf(operator, visibility, reason !== undefined),
      after: recorded,
      plans: visibility.kind === 'all',
    }),
  ]);
  if (row.status === 'rejected') throw row.reason;
  if (ran.status === 'rejected') explainUnknownTable(ran.reason);
  const result = ran.value;
  const rows = limit === undefined ? result.rows : result.rows.slice(0, limit);
  const truncated = result.truncated || rows.length < result.rows.length;
  const shown = `${rows.length} ${rows.length === 1 ? 'row' : 'rows'}${truncated ? ', more were cut' : ''}`;
  return {
    artifactType: 'table',
    title: 'Query',
    data: {
      columns: [...result.columns],
      rows: [...rows],
      row_count: rows.length,
      execution_time_ms: result.execution_time_ms,
      truncated,
    },
    hints: { columns: [...result.columns] },
    parts: [
      ...(rows.length === 0 ? [] : [{ kind: 'table' as const, columns: result.columns, rows }]),
      { kind: 'text', text: `${shown}, ${result.execution_time_ms} ms` },
    ],
  };
}

async function record(
  operator: Operator,
  sql: string,
  { visibility, reason }: { readonly visibility: AuditVisibility; readonly reason: string | undefined },
): Promise<void> {
  const scanner = operator.platform.app.get<Scanner>(SCANNER);
  const action = 'infra db query';
  await operator.get(AuditLog).record({
    event: 'db.queried',
    context: operator.context,
    action,
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'An operator reads the audit tables.',
    input: ScannedValue.of(scanner, { sql }),
  });
  if (reason === undefined) return;
  const request = { context: operator.context, action, reason };
  await operator.get(ContentReveals).record(request, { rows: visibility.kind });
}

/** The table holds content: it is open to who may see all of it, and to others as far as their own rows go. */
function sightOf(operator: Operator, visibility: AuditVisibility, revealed: boolean): ReaderQueryOptions {
  const { kind } = visibility;
  const role = kind === 'all' && !revealed ? 'masked' : 'reader';
  const told: AuditVisibility =
    kind === 'all' || revealed ? visibility : { kind: 'self', userId: operator.user.id };
  return { role, tell: (client) => operator.get(ReaderSight).tell(client, told) };
}

/** The reader sees the audit tables only: say so where PostgreSQL says that there is no such table. */
function explainUnknownTable(error: unknown): never {
  const state = error instanceof AppError && isCoded(error.cause) ? error.cause.code : null;
  if (!(error instanceof AppError) || (state !== '42P01' && state !== '42501')) throw error;
  throw new AppError(error.code, error.message, {
    hint: 'This command reads audit_log and audit_seals; `gatehouse infra db describe audit_log` shows the columns.',
    cause: error.cause,
  });
}

function isCoded(value: unknown): value is { readonly code: string } {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}
