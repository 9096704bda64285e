import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';

const DROP_ATTEMPTS = 10;
const ERASE_ROWS = 2000;
/** One pass at a time in all the servers of a database: "ghr". */
const RETENTION_LOCK = [0x676872, 0];

export interface DuePartition {
  readonly partition: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  /** Of these, what is kept: under a hold, or about purges, holds and erasures. */
  readonly held: number;
}

export interface DroppedLines {
  readonly partition: string;
  readonly lines: number;
}

export interface Hold {
  readonly id: string;
  readonly kind: 'user' | 'trace' | 'period';
  readonly subject: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly reason: string;
  readonly placedAt: Date;
  readonly releasedAt: Date | null;
}

/** Held to the end of the connection. */
export async function tryRetentionLock(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1, $2) as locked',
    RETENTION_LOCK,
  );
  return rows[0]!.locked;
}

export async function duePartitions(client: pg.ClientBase, before: Date): Promise<readonly DuePartition[]> {
  const { rows } = await client.query<{
    partition: string;
    from_id: string;
    to_id: string;
    row_count: string;
    held_count: string;
  }>('select * from audit_partitions_before($1)', [before]);
  return rows.map((row) => ({
    partition: row.partition,
    from: row.from_id,
    to: row.to_id,
    rows: Number(row.row_count),
    held: Number(row.held_count),
  }));
}

/** @throws what PostgreSQL says, after a few attempts where the table was busy */
export async function dropPartition(client: pg.ClientBase, partition: string, record: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('select audit_drop_partition($1, $2)', [partition, record]);
      return;
    } catch (error) {
      // 55P03: lock not available. Writers go first.
      if ((error as { code?: unknown }).code !== '55P03' || attempt === DROP_ATTEMPTS) throw error;
      await delay(200 * attempt);
    }
  }
}

export async function dropLogLines(
  client: pg.ClientBase,
  level: string,
  before: Date,
  dryRun: boolean,
): Promise<readonly DroppedLines[]> {
  const { rows } = await client.query<{ partition_name: string; lines: string }>(
    'select * from logs_drop_partitions($1, $2, $3)',
    [level, before, dryRun],
  );
  return rows.map(({ partition_name: partition, lines }) => ({ partition, lines: Number(lines) }));
}

export async function placeHold(client: pg.ClientBase, record: string): Promise<void> {
  await client.query('select audit_place_hold($1)', [record]);
}

export async function releaseHold(client: pg.ClientBase, record: string): Promise<boolean> {
  const { rows } = await client.query<{ released: boolean }>('select audit_release_hold($1) as released', [
    record,
  ]);
  return rows[0]!.released;
}

export async function listHolds(client: pg.ClientBase): Promise<readonly Hold[]> {
  const { rows } = await client.query<Hold>(
    `select id, kind, subject, from_at as "from", to_at as "to", reason, placed_at as "placedAt", released_at as "releasedAt"
       from audit_holds order by placed_at desc, id`,
  );
  return rows;
}

export async function erasable(
  client: pg.ClientBase,
  userId: string,
): Promise<{ readonly rows: number; readonly held: number }> {
  const { rows } = await client.query<{ erasable: string; held: string }>(
    'select * from audit_erasable($1)',
    [userId],
  );
  return { rows: Number(rows[0]!.erasable), held: Number(rows[0]!.held) };
}

/** How many rows lost their content. */
export async function eraseContent(
  client: pg.ClientBase,
  userId: string,
  until: string,
  record: string,
): Promise<number> {
  let total = 0;
  for (;;) {
    const { rows } = await client.query<{ erased: number }>(
      'select audit_erase_content($1, $2, $3, $4) as erased',
      [userId, until, record, ERASE_ROWS],
    );
    const { erased } = rows[0]!;
    total += erased;
    if (erased === 0) return total;
  }
}

/**
 * Whether the time stood still or leapt in the last week: a server that was off for a month, or a clock that was put
 * forward. What is due then may not be.
 */
export async function timeLeapt(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ leapt: boolean }>(
    `select exists (select from (
        select signed_at, lag(signed_at) over (order by origin, no) as before from audit_checkpoints
         where signed_at > now() - interval '400 days') c
      where signed_at > now() - interval '7 days' and signed_at - before > interval '31 days') as leapt`,
  );
  return rows[0]!.leapt;
}
