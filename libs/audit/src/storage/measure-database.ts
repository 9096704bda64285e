import { statfs } from 'node:fs/promises';
import type { Database } from '@gatehouse/database';
import { systemClock } from '@gatehouse/kernel';
import pg from 'pg';
import type { DatabaseMeasure } from './storage-watch.ts';

const TIMEOUT_MS = 2000;

export interface MeasuredDatabase {
  readonly database: Database;
  readonly budgetBytes: number | null;
  /** Where an embedded PostgreSQL keeps its data. */
  readonly stateDir: string;
}

/** One look at the database, on a connection of its own: its size, the room that it has, its clock. */
export async function measureDatabase(measured: MeasuredDatabase): Promise<DatabaseMeasure> {
  const { database, budgetBytes, stateDir } = measured;
  const client = new pg.Client({
    ...database.clientConfig('server'),
    application_name: 'gatehouse storage watch',
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows: sizes } = await client.query<{ bytes: string }>(
      'select pg_database_size(current_database()) as bytes',
    );
    const sentMs = systemClock.now();
    const { rows: clocks } = await client.query<{ ms: string }>(
      'select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as ms',
    );
    const clockAheadMs = outside(Number(clocks[0]!.ms), sentMs, systemClock.now());
    const freeBytes = database.embedded ? await freeBytesOf(stateDir) : null;
    return { databaseBytes: Number(sizes[0]!.bytes), budgetBytes, freeBytes, clockAheadMs };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** How far `ms` lies outside of the span in which it was read. */
function outside(ms: number, fromMs: number, toMs: number): number {
  if (ms < fromMs) return ms - fromMs;
  return ms > toMs ? ms - toMs : 0;
}

async function freeBytesOf(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}
