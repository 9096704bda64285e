import { spawnSync } from 'node:child_process';
import { chownSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditLog } from '@gatehouse/audit';
import { createPrivateDatabase, type PrivateDatabase, withClient } from '@gatehouse/database';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEntry, scanner } from '../an-entry.ts';
import { recomputeChains } from '../recompute-chains.ts';
import { type CountedLog, countedLogIn, SIGHTS, writeRows } from './a-counted-log.ts';

const DAY_MS = 86_400_000;

let database: PrivateDatabase;
let counted: CountedLog;
let data: string;
beforeEach(async () => {
  database = await createPrivateDatabase({ supervised: false });
  counted = await countedLogIn(database, 2);
  const { rows } = await counted.owner.query<{ data_directory: string }>('show data_directory');
  data = rows[0]!.data_directory;
});
afterEach(() => counted.drop());

const backup = () => `${data}-backup`;

function copy(from: string, to: string): void {
  const { status, stderr } = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** SIGINT tells who is connected that nothing was written; SIGQUIT tells nobody anything. */
async function stopped(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
  const { rows } = await counted.owner.query<{ pid: number }>(
    `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int as pid`,
  );
  database.kill(signal);
  await expect.poll(() => isThere(rows[0]!.pid), { timeout: 20_000, interval: 20 }).toBe(false);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** PostgreSQL's own way to copy a cluster while it is at work (chapter "Making a base backup using the low level API"). */
async function copyAtWork(): Promise<void> {
  await withClient(database.clientConfig('owner'), async (owner) => {
    await owner.query(`select pg_backup_start('test', true)`);
    copy(data, backup());
    const { rows } = await owner.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    rmSync(join(backup(), 'pg_wal'), { recursive: true });
    copy(join(data, 'pg_wal'), join(backup(), 'pg_wal'));
    rmSync(join(backup(), 'postmaster.pid'));
    const label = join(backup(), 'backup_label');
    writeFileSync(label, rows[0]!.labelfile, { mode: 0o600 });
    const { uid, gid } = statSync(data);
    chownSync(label, uid, gid);
  });
}

async function copyAtRest(): Promise<void> {
  await stopped();
  copy(data, backup());
  await database.restart();
}

/** The whole cluster as it was; who was connected finds the address answering again. */
async function restore(signal?: 'SIGQUIT'): Promise<void> {
  await stopped(signal);
  rmSync(data, { recursive: true });
  copy(backup(), data);
  await database.restart();
}

/** Rows of the last ten days, by writers of their own. */
function write(rows: number, seed: number): Promise<void> {
  const toMs = Date.now();
  return writeRows(counted, { rows, fromMs: toMs - 10 * DAY_MS, toMs, seed });
}

async function expectSame(): Promise<void> {
  for (const days of [0, 1, 3, 12]) {
    for (const visibility of SIGHTS) {
      const since = new Date(Date.now() - days * DAY_MS);
      const { answered, counted: rows } = await counted.both(since, visibility);
      expect(answered).toEqual(rows);
    }
  }
}

async function number(sql: string): Promise<number> {
  const { rows } = await counted.owner.query<{ n: number }>(`select (${sql})::int as n`);
  return rows[0]!.n;
}
const SUMMED = `select coalesce(sum(calls), 0) from audit_call_counts where span = 'month' and user_id is null`;
const DECIDED = `select count(*) from audit_log where event in ('tool_call.decided', 'model_call.decided')`;

/** Begins to record while no seal can be written; resolves once the batch waits for that, with the end of it, however it ends. */
async function held(record: () => Promise<unknown>): Promise<{ ended: Promise<unknown> }> {
  // Holds the lock until the database stops.
  const owner = new pg.Client(database.clientConfig('owner'));
  owner.on('error', () => undefined);
  await owner.connect();
  await owner.query('begin');
  await owner.query('lock table audit_seals in exclusive mode');
  // Before anything is awaited: it may be refused while the database is restored.
  const ended = Promise.allSettled([record()]);
  const waiting = `select count(*) from pg_stat_activity where datname = current_database()
    and application_name = 'gatehouse audit lane' and wait_event_type = 'Lock'`;
  await expect.poll(() => number(waiting), { interval: 5 }).toBe(1);
  return { ended };
}

async function sumAll(): Promise<void> {
  while ((await counted.step(100)) !== 0) await expectSame();
}

describe('after the whole database was restored from an older copy', () => {
  it.each([
    ['at rest', copyAtRest],
    ['at work, in the middle of a step', copyAtWork],
  ])('that was taken %s, statistics are what counting gives, and go on', async (_when, take) => {
    await write(600, 1);
    await counted.step(60);
    const before = [await number(SUMMED), await number(DECIDED)];
    expect(before[0]).toBeGreaterThan(0);
    expect(before[0]).toBeLessThan(before[1]!);
    if (take === copyAtWork) {
      // Half of a step stands in the copied files.
      await withClient(database.clientConfig('server'), async (server) => {
        await server.query('begin');
        await server.query('select audit_count_seals(100)');
        await take();
        await server.query('commit');
      });
    } else await take();
    await write(300, 2);
    await sumAll();
    expect(await number(SUMMED)).toBe(await number(DECIDED));

    await restore();
    expect([await number(SUMMED), await number(DECIDED)]).toEqual(before);
    await expectSame();
    await counted.step(30);
    await expectSame();
    await write(300, 3);
    await expectSame();
    await sumAll();
    expect(await number(SUMMED)).toBe(await number(DECIDED));
    expect(await number(DECIDED)).toBeGreaterThan(before[1]!);
  });

  it.each(['at rest', 'in the middle of its first batch'])(
    'a server that was running before, %s, goes on in a chain that the database has',
    async (when) => {
      await write(100, 1);
      await counted.step(1000);
      await copyAtRest();
      // No chain of its kind is free: it makes one that the copy does not know.
      const config = database.clientConfig('server');
      const log = new AuditLog({ config, kind: 'cli', scanner, warn: () => undefined });
      await log.start();
      const record = () => log.record(anEntry({ action: 'Bash' }));
      if (when === 'at rest') {
        await record();
        await sumAll();
        await restore();
      } else {
        const { ended } = await held(record);
        await restore('SIGQUIT');
        await ended;
      }
      const decided = await number(DECIDED);
      const recorded = () =>
        record().then(
          () => true,
          () => false,
        );
      await expect.poll(recorded, { timeout: 30_000 }).toBe(true);
      await expectSame();
      await write(50, 2);
      await record();
      await expectSame();
      await sumAll();
      await log.stop();
      expect(await number(DECIDED)).toBeGreaterThan(decided);
      expect(await number(SUMMED)).toBe(await number(DECIDED));
      expect((await recomputeChains(counted.owner)).problems).toEqual([]);
    },
  );
});
