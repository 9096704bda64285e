import { AuditLog, type AuditVisibility, Retention, systemContext } from '@gatehouse/audit';
import { withClient } from '@gatehouse/database';
import type { UserId } from '@gatehouse/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BUSY_USER } from '../../bench/made-world.ts';
import { monthsBack } from '../../bench/past-partitions.ts';
import { closeQuietly, openLane } from '../../src/writer/lane-connection.ts';
import { aContext, anEntry, scanner } from '../an-entry.ts';
import { aCountedLog, type CountedLog, SIGHTS, writeRows } from './a-counted-log.ts';

const ROWS = 4000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ALL: AuditVisibility = { kind: 'all' };

let counted: CountedLog;
let log: AuditLog;
/** From the middle of a month to the middle of the next but one. */
let fromMs: number;
let toMs: number;

/** Writes a call of the busy user while the clock says so. The time of a writer's chain never goes back. */
async function callAt(writer: AuditLog, ms: number, action = 'Bash'): Promise<void> {
  vi.spyOn(Date, 'now').mockReturnValue(ms);
  await writer.record(anEntry({ action, context: aContext({ userId: BUSY_USER as UserId }) }));
  vi.restoreAllMocks();
}

async function aLog(kind: 'server' | 'cli'): Promise<AuditLog> {
  const config = counted.database.clientConfig('server');
  const made = new AuditLog({ config, kind, scanner, warn: () => undefined });
  await made.start();
  return made;
}

async function expectSame(sinceMs: number): Promise<void> {
  for (const visibility of SIGHTS) {
    const { answered, counted: rows } = await counted.both(new Date(sinceMs), visibility);
    expect(answered).toEqual(rows);
  }
}

/** Whether the connection that drops months waits for another. */
async function retentionWaits(): Promise<boolean> {
  const { rowCount } = await counted.owner.query(
    `select from pg_stat_activity where datname = current_database() and application_name = 'gatehouse retention'
        and wait_event_type = 'Lock'`,
  );
  return rowCount! > 0;
}

async function callsSince(ms: number): Promise<number> {
  const statistics = await counted.reader.callStatistics(new Date(ms), ALL);
  return statistics.reduce((sum, { calls }) => sum + calls, 0);
}

beforeAll(async () => {
  counted = await aCountedLog(4);
  fromMs = monthsBack(3, Date.now()) + 14 * DAY_MS;
  toMs = monthsBack(1, Date.now()) + 14 * DAY_MS;
  await writeRows(counted, { rows: ROWS, fromMs, toMs });
  log = await aLog('cli');
});
afterAll(async () => {
  await log.stop();
  await counted.drop();
});

describe('statistics', () => {
  /** Anywhere in the log, on the turn of an hour, a day or a month, and a millisecond beside it. */
  const sinces = () =>
    fc
      .tuple(
        fc.integer({ min: fromMs - DAY_MS, max: toMs + DAY_MS }),
        fc.constantFrom('as it is', 'hour', 'day', 'month'),
        fc.constantFrom(-1, 0, 1),
      )
      .map(([ms, turn, beside]) => {
        if (turn === 'as it is') return ms;
        if (turn === 'month') return Date.UTC(2026, new Date(ms).getUTCMonth(), 1) + beside;
        const span = turn === 'hour' ? HOUR_MS : DAY_MS;
        return Math.floor(ms / span) * span + beside;
      });

  it('are what counting the rows gives: of any time, for any sight, while the sums grow from nothing to all', async () => {
    let left: number | null = 1;
    await fc.assert(
      fc.asyncProperty(
        sinces(),
        fc.constantFrom(...SIGHTS),
        fc.integer({ min: 1, max: 24 }),
        async (since, visibility, rows) => {
          const { answered, counted: wanted } = await counted.both(new Date(since), visibility);
          expect(answered).toEqual(wanted);
          left = await counted.step(rows);
        },
      ),
      { numRuns: 100, endOnFailure: true },
    );
    expect(left).toBeGreaterThan(0);
    while (left !== 0) left = await counted.step(10_000);
    await fc.assert(
      fc.asyncProperty(sinces(), fc.constantFrom(...SIGHTS), async (since, visibility) => {
        const { answered, counted: wanted } = await counted.both(new Date(since), visibility);
        expect(answered).toEqual(wanted);
      }),
      { numRuns: 60, endOnFailure: true },
    );
    expect((await counted.both(new Date(0), ALL)).answered).not.toBeNull();
  });

  it('of what is summed come from the sums: whole months, days, and hours', async () => {
    const client = await counted.owner.connect();
    try {
      for (const [span, user] of [
        ['month', null],
        ['day', null],
        ['hour', null],
        ['month', BUSY_USER],
        ['day', BUSY_USER],
      ] as const) {
        await client.query('begin');
        await client.query(
          `update audit_call_counts set calls = calls + 1000000 where span = $1 and user_id is not distinct from $2`,
          [span, user],
        );
        await client.query('commit');
        // Half past an hour of the second day of a month.
        const since = new Date(monthsBack(2, Date.now()) + DAY_MS + HOUR_MS / 2);
        const sight: AuditVisibility = user === null ? ALL : { kind: 'self', userId: user };
        const statistics = await counted.reader.callStatistics(since, sight);
        expect([span, statistics[0]!.calls > 1_000_000]).toEqual([span, true]);
        await client.query(
          `update audit_call_counts set calls = calls - 1000000 where span = $1 and user_id is not distinct from $2`,
          [span, user],
        );
      }
    } finally {
      client.release();
    }
  });

  it('hold rows that come late, under a time that was summed long ago', async () => {
    await callAt(log, fromMs + DAY_MS);
    await expectSame(fromMs);
    expect(await counted.step(1)).toBe(1);
    await expectSame(fromMs);
    await expectSame(fromMs + DAY_MS);
  });

  it('are whole while a step is under way, is given up, or is done', async () => {
    await callAt(log, toMs + DAY_MS);
    const before = await callsSince(fromMs);
    const config = counted.database.clientConfig('server');
    await withClient(config, async (client) => {
      await client.query('begin');
      expect((await client.query('select audit_count_seals(100) as n')).rows).toEqual([{ n: 1 }]);
      expect(await counted.step(100)).toBeNull();
      expect(await callsSince(fromMs)).toBe(before);
      await client.query('rollback');
      expect(await callsSince(fromMs)).toBe(before);
    });
    expect(await counted.step(100)).toBe(1);
    expect(await counted.step(100)).toBe(0);
    expect(await callsSince(fromMs)).toBe(before);
    await expectSame(fromMs);
  });

  it('lose a month with its rows when retention drops it, summed or not, and nothing else', async () => {
    // New chains, whose time can be that of the month: those there are are taken.
    const config = counted.database.clientConfig('server');
    const taken = [await openLane(config, 'server', null), await openLane(config, 'server', null)];
    const late = await aLog('server');
    // One that is summed as the month goes, whose sums touch no other, and one that is not yet.
    await callAt(late, fromMs + 2 * DAY_MS, 'mcp__only__here');
    const retention = new Retention({
      config: counted.database.clientConfig('retention'),
      audit: log,
      settings: { auditDays: 1, frameworks: [], logDays: { debug: 1, info: 7, warn: 30, error: 90 } },
      nowMs: () => monthsBack(2, Date.now()) + 10 * DAY_MS,
    });
    const dropping = await withClient(config, async (client) => {
      await client.query('begin');
      expect((await client.query('select audit_count_seals(100) as n')).rows).toEqual([{ n: 1 }]);
      await callAt(late, fromMs + 3 * DAY_MS);
      const running = retention.run(systemContext());
      await expect.poll(retentionWaits, { timeout: 10_000, interval: 5 }).toBe(true);
      await client.query('commit');
      return { running };
    });
    await dropping.running;
    await Promise.all([late.stop(), ...taken.map(({ client }) => closeQuietly(client))]);
    await expectSame(fromMs);
    expect(await callsSince(fromMs)).toBe(await callsSince(monthsBack(2, Date.now())));
    while ((await counted.step(1000)) !== 0);
    await expectSame(fromMs);
    const { rows } = await counted.owner.query(
      'select count(*)::int as n from audit_call_counts where starts_at < $1',
      [new Date(monthsBack(2, Date.now()))],
    );
    expect(rows).toEqual([{ n: 0 }]);
  });
});

describe('the sums', () => {
  it.each([
    ['reader', 'select * from audit_call_counts'],
    ['reader', 'select * from audit_counted_seals'],
    ['reader', 'select audit_count_seals(1)'],
    ['server', 'select * from audit_call_counts'],
    ['server', `update audit_call_counts set calls = calls + 1`],
    ['server', `delete from audit_counted_seals`],
    ['masked', `select * from audit_call_statistics('2026-01-01')`],
    ['retention', 'select audit_count_seals(1)'],
  ] as const)('are not for the role %s: %s', async (role, sql) => {
    const asked = withClient(counted.database.clientConfig(role), (client) => client.query(sql));
    await expect(asked).rejects.toMatchObject({ code: '42501' });
  });

  it('tell a connection nothing that was told of nobody, or told itself', async () => {
    await withClient(counted.database.clientConfig('reader'), async (client) => {
      const ask = async () => (await client.query(`select * from audit_call_statistics('2000-01-01')`)).rows;
      expect(await ask()).toEqual([]);
      const said = `{"pid":1,"rows":"all","user":null,"department":null}.${'0'.repeat(64)}`;
      await client.query(`select set_config('gatehouse.sight', $1, false)`, [said]);
      expect(await ask()).toEqual([]);
    });
  });
});
