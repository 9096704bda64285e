import type { JsonObject } from '@gatehouse/kernel';
import type pg from 'pg';
import { findLines } from './find-lines.ts';
import type { LogFilter } from './log-filter.ts';
import { LOG_LEVELS } from './log-level.ts';
import type { LogRow } from './log-row.ts';

const COLUMNS =
  `id, to_char(logged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as logged_at, level, module, message, ` +
  'trace_id, details';
const MAX_TRACE_LINES = 1000;

type Queryable = Pick<pg.Pool, 'query'>;

/** One page; it can hold fewer lines than were asked for, and still have a `next`, where hardly any line fits. */
export interface LogPage {
  readonly rows: readonly LogRow[];
  /** Hand it in as `before` for the next page; null on the last. */
  readonly next: string | null;
}

export interface LogSummary {
  readonly total: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly byLevel: readonly JsonObject[];
  readonly byModule: readonly JsonObject[];
}

export async function listLogs(
  database: Queryable,
  { limit, before, ...filter }: LogFilter,
): Promise<LogPage> {
  const { ids, next } = await findLines(
    database,
    { filter, order: 'newest' },
    { limit, place: before ?? null },
  );
  return { rows: (await linesById(database, ids)).toReversed(), next };
}

/** Oldest first, after the line `after`. Takes as long as it takes to find `limit`. */
export async function logsAfter(
  database: Queryable,
  after: string,
  { limit, before: _before, ...filter }: LogFilter,
): Promise<readonly LogRow[]> {
  const search = { filter, order: 'oldest' } as const;
  const { ids } = await findLines(database, search, {
    limit,
    place: after,
    lookMs: Number.POSITIVE_INFINITY,
  });
  return linesById(database, ids);
}

async function linesById(database: Queryable, ids: readonly string[]): Promise<readonly LogRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await database.query<LogRow>(
    `select ${COLUMNS} from logs where level = any($1) and id = any($2::uuid[]) order by id`,
    [LOG_LEVELS, ids],
  );
  return rows;
}

export async function traceLogs(database: Queryable, traceId: string): Promise<readonly LogRow[]> {
  const { rows } = await database.query<LogRow>(
    `select ${COLUMNS} from logs where trace_id = $1 order by id limit ${MAX_TRACE_LINES}`,
    [traceId],
  );
  return rows;
}

export async function summariseLogs(database: Queryable, since: Date): Promise<LogSummary> {
  const { rows } = await database.query<{
    level: string;
    module: string;
    n: string;
    first: Date;
    last: Date;
  }>(
    `select level, module, count(*) as n, min(logged_at) as first, max(logged_at) as last
       from logs where id >= audit_id_at($1::timestamptz) group by level, module`,
    [since],
  );
  const times = rows.flatMap(({ first, last }) => [first.getTime(), last.getTime()]);
  const at = (ms: number) => (times.length === 0 ? null : new Date(ms).toISOString());
  return {
    total: rows.reduce((sum, { n }) => sum + Number(n), 0),
    first: at(Math.min(...times)),
    last: at(Math.max(...times)),
    byLevel: counted(rows, 'level'),
    byModule: counted(rows, 'module').slice(0, 20),
  };
}

function counted(
  rows: readonly { level: string; module: string; n: string }[],
  key: 'level' | 'module',
): JsonObject[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row[key], (counts.get(row[key]) ?? 0) + Number(row.n));
  return [...counts].sort(([, a], [, b]) => b - a).map(([name, lines]) => ({ [key]: name, lines }));
}
