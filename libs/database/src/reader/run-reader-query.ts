import { AppError, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import pg from 'pg';
import type { Database } from '../database.ts';
import { FirstRows, type FirstRowsResult, ResultTooLarge } from './first-rows.ts';
import { readValue } from './read-value.ts';

export const READER_LIMITS = { timeoutMs: 10_000, rows: 10_000, bytes: 64 * 1024 * 1024 } as const;

export interface ReaderResult {
  /** Distinct: a second `id` is `id_2`. */
  readonly columns: readonly string[];
  readonly rows: readonly JsonObject[];
  readonly row_count: number;
  readonly execution_time_ms: number;
  /** The statement has more rows than `READER_LIMITS.rows`. */
  readonly truncated: boolean;
}

export interface ReaderQueryOptions {
  readonly limits?: { readonly timeoutMs: number; readonly rows: number; readonly bytes: number };
  readonly role?: 'reader' | 'masked';
  /** Says to the connection what it may see, in the transaction that the statement will be in. */
  readonly tell?: (client: pg.Client) => Promise<void>;
  /** The statement waits for it, and is not sent where it fails; the connection is opened meanwhile. */
  readonly after?: Promise<unknown>;
  /** False: no plans, whose estimates and counts tell of rows that are not seen. */
  readonly plans?: boolean;
}

/**
 * Runs one statement as `reader` or `masked`, who see the audit tables alone, in a READ ONLY transaction that is always
 * rolled back, on a connection of its own. The three hold one another: rights stop `COPY … TO PROGRAM`, the one
 * statement stops `COMMIT; DELETE`, the rollback stops what reading alone can send (a notification).
 * @throws {AppError} DATABASE_QUERY_REFUSED with PostgreSQL's own words, DATABASE_QUERY_TIMEOUT,
 * DATABASE_RESULT_TOO_LARGE, and whatever `after` fails with
 */
export async function runReaderQuery(
  database: Database,
  sql: string,
  { limits = READER_LIMITS, role = 'reader', tell, after, plans = true }: ReaderQueryOptions = {},
): Promise<ReaderResult> {
  // Looked at where the statement would be sent: until then it may fail.
  after?.catch(() => undefined);
  // The protocol ends a statement at a NUL; what stands behind it would be read as something else.
  if (sql.includes('\0')) throw refused('the statement holds a NUL character');
  const client = new pg.Client({
    ...database.clientConfig(role),
    statement_timeout: limits.timeoutMs,
    connectionTimeoutMillis: limits.timeoutMs,
  });
  client.on('error', () => undefined);
  await client.connect();
  const statement = new FirstRows(sql, limits);
  // The server's own limit does not run while it waits for us, nor where the network swallows its answer.
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void client.end();
  }, limits.timeoutMs + 2_000);
  try {
    await client.query('begin transaction read only');
    await tell?.(client);
    await after;
    const started = performance.now();
    client.query(statement);
    const result = await statement.result;
    const tookMs = performance.now() - started;
    await client.query('rollback');
    if (!plans && isPlan(result)) throw refused('a plan tells of rows that you do not see');
    return present(result, tookMs);
  } catch (error) {
    throw late ? timeout() : explain(error);
  } finally {
    clearTimeout(timer);
    await client.end();
  }
}

function present({ fields, rows, truncated }: FirstRowsResult, tookMs: number): ReaderResult {
  const columns = distinct(fields.map(({ name }) => name));
  const row = (values: readonly (string | null)[]): JsonObject =>
    Object.fromEntries(
      fields.map(({ dataTypeID }, index): [string, JsonValue] => [
        columns[index] ?? '',
        readValue(values[index] ?? null, dataTypeID),
      ]),
    );
  return {
    columns,
    rows: rows.map(row),
    row_count: rows.length,
    execution_time_ms: Math.round(tookMs * 1000) / 1000,
    truncated,
  };
}

/** What EXPLAIN answers with, whatever the statement looked like: its one column can have no other name. */
function isPlan({ fields }: FirstRowsResult): boolean {
  return fields.length === 1 && fields[0]!.name === 'QUERY PLAN';
}

function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let n = 2; taken.has(free); n += 1) free = `${name}_${n}`;
    taken.add(free);
    return free;
  });
}

function refused(words: string, cause?: unknown): AppError {
  return new AppError('DATABASE_QUERY_REFUSED', `The query was refused: ${words}`, { cause });
}

function timeout(): AppError {
  return new AppError('DATABASE_QUERY_TIMEOUT', 'The query took longer than 10 seconds.', {
    hint: 'Narrow it, for example by a range of id.',
  });
}

function explain(error: unknown): unknown {
  if (error instanceof ResultTooLarge) {
    return new AppError('DATABASE_RESULT_TOO_LARGE', 'The result is larger than 64 MiB.', {
      hint: 'Select fewer rows or columns.',
    });
  }
  if (!(error instanceof pg.DatabaseError)) return error;
  if (error.code === '57014') return timeout();
  return refused(error.message, error);
}
