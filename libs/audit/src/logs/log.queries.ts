import type { JsonObject } from '@gatehouse/kernel';
import type pg from 'pg';
import { type LogLevel, logLevelsFrom } from './log-level.ts';
import type { LogRow } from './log-row.ts';

const COLUMNS =
  `id, to_char(logged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as logged_at, level, module, message, ` +
  'trace_id, details';
const MAX_TRACE_LINES = 1000;

type Queryable = Pick<pg.Pool, 'query'>;

/** What to list. Every member narrows. */
export interface LogFilter {
  /** This level and more important ones. */
  readonly level?: LogLevel;
  /** A part of the module's name. */
  readonly module?: string;
  /** A part of the message, whatever its case. */
  readonly text?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Lines before this one: the last id of the page before. */
  readonly before?: string;
  /** 1 to 10,000. */
  readonly limit: number;
}

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

export async function listLogs(database: Queryable, filter: LogFilter): Promise<LogPage> {
  const { text, values } = condition(filter);
  const { rows } = await database.query<LogRow>(
    `select ${COLUMNS} from logs where ${text} order by id desc limit $${values.length + 1}`,
    [...values, filter.limit + 1],
  );
  const page = rows.slice(0, filter.limit);
  return { rows: page, next: rows.length > filter.limit ? page.at(-1)!.id : null };
}

export async function logsAfter(
  database: Queryable,
  after: string,
  filter: LogFilter,
): Promise<readonly LogRow[]> {
  const { text, values } = condition(filter);
  const { rows } = await database.query<LogRow>(
    `select ${COLUMNS} from logs where ${text} and id > $${values.length + 1}::uuid
      order by id limit $${values.length + 2}`,
    [...values, after, filter.limit],
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

/** Times become bounds of the id, so that they prune partitions and use the key. */
function condition(filter: LogFilter): { text: string; values: unknown[] } {
  const parts: string[] = [];
  const values: unknown[] = [];
  const add = (expression: (parameter: string) => string, value: unknown) => {
    values.push(value);
    parts.push(expression(`$${values.length}`));
  };
  if (filter.level !== undefined) add((p) => `level = any(${p})`, logLevelsFrom(filter.level));
  if (filter.module !== undefined) add((p) => `module ilike ${p}`, contains(filter.module));
  if (filter.text !== undefined) add((p) => `message ilike ${p}`, contains(filter.text));
  if (filter.since !== undefined) add((p) => `id >= audit_id_at(${p}::timestamptz)`, filter.since);
  if (filter.until !== undefined) add((p) => `id < audit_id_at(${p}::timestamptz)`, filter.until);
  if (filter.before !== undefined) add((p) => `id < ${p}::uuid`, filter.before);
  return { text: parts.length === 0 ? 'true' : parts.join(' and '), values };
}

function contains(part: string | undefined): string {
  return `%${(part ?? '').replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}
