import pg from 'pg';
import { expect, it } from 'vitest';
import { processStart } from '../src/embedded/process-identity.ts';
import { createPrivateDatabase, type PrivateDatabase } from '../src/testing/private-database.ts';
import { withClient } from '../src/with-client.ts';

const WRITERS = 6;
const KILLS = [150, 400, 900];

/** Inserts one number after the other and notes each that was acknowledged, over all losses of the connection. */
async function write(
  database: PrivateDatabase,
  acknowledged: Set<number>,
  wanted: number,
  next: () => number,
) {
  while (acknowledged.size < wanted) {
    const client = new pg.Client(database.clientConfig('owner'));
    client.on('error', () => undefined);
    try {
      await client.connect();
      while (acknowledged.size < wanted) {
        const number = next();
        await client.query('insert into numbers values ($1)', [number]);
        acknowledged.add(number);
      }
    } catch {
      // The server is away: the next connection finds it again.
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

it('loses no acknowledged row when PostgreSQL is killed under load, and is back without help', async () => {
  const database = await createPrivateDatabase({ supervised: true });
  const acknowledged = new Set<number>();
  let last = 0;
  const pids = new Set<number | null>();
  try {
    await withClient(database.clientConfig('owner'), (owner) => owner.query('create table numbers (n int)'));
    const writers = Array.from({ length: WRITERS }, () => write(database, acknowledged, 1500, () => ++last));
    for (const at of KILLS) {
      await expect.poll(() => acknowledged.size, { interval: 1, timeout: 20_000 }).toBeGreaterThan(at);
      pids.add(database.pid);
      database.kill();
    }
    await Promise.all(writers);
    pids.add(database.pid);
    const { rows } = await withClient(database.clientConfig('owner'), (owner) =>
      owner.query<{ n: number }>('select n from numbers'),
    );
    const kept = new Set(rows.map(({ n }) => n));
    expect([...acknowledged].filter((n) => !kept.has(n))).toEqual([]);
    expect(pids.size).toBe(KILLS.length + 1);
  } finally {
    await database.drop();
  }
  expect([...pids].map((pid) => processStart(pid ?? 0))).toEqual([...pids].map(() => null));
});

it('comes back after it was stopped while nobody watched', async () => {
  const database = await createPrivateDatabase({ supervised: false });
  try {
    const [before] = [database.pid ?? 0];
    database.kill();
    await expect.poll(() => processStart(before), { interval: 1 }).toBeNull();
    await expect(withClient(database.clientConfig('server'), async () => {})).rejects.toThrow();
    await database.restart();
    expect(database.pid).not.toBe(before);
    await withClient(database.clientConfig('server'), (server) => server.query('select 1'));
  } finally {
    await database.drop();
  }
});
