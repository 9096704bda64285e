import { LogReader, LogStore } from '@gatehouse/audit';
import {
  createPrivateDatabase,
  createTestDatabase,
  type TestDatabase,
  withClient,
} from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanner } from './an-entry.ts';

let database: TestDatabase;
let pool: pg.Pool;
let reader: LogReader;
let store: LogStore;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ ...database.clientConfig('server'), max: 2 });
  pool.on('error', () => undefined);
  reader = new LogReader(pool);
  store = new LogStore({ config: database.clientConfig('server'), scanner });
  store.start();
});
afterAll(async () => {
  await store.stop();
  await reader.stop();
  await database.drop();
});

const TOKEN = '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';

function aLine(members: object): string {
  return `${JSON.stringify({ level: 30, time: Date.now(), context: 'policy', msg: 'said', ...members })}\n`;
}

async function stored(...lines: string[]) {
  for (const line of lines) store.push(line);
  await store.flush();
}

describe('a log line', () => {
  it('is a row with its level, module, trace and the rest of its members', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await stored(aLine({ level: 40, trace_id: traceId, msg: 'slow', ms: 12 }));
    const [row] = await reader.trace(traceId);
    expect(row).toMatchObject({ level: 'warn', module: 'policy', message: 'slow', details: { ms: 12 } });
    expect(Math.abs(Date.parse(row!.logged_at) - Date.now())).toBeLessThan(10_000);
  });

  it('holds no credential, whichever member carries it, and none that hides', async () => {
    const hidden = Buffer.from(`token=${TOKEN}`).toString('base64');
    await stored(aLine({ msg: `got ${TOKEN}`, [TOKEN]: 1, nested: [{ a: hidden }] }), `no json ${TOKEN}\n`);
    const { rows } = await reader.list({ limit: 2 });
    expect(JSON.stringify(rows)).not.toContain(TOKEN);
    expect(JSON.stringify(rows)).not.toContain(hidden);
    expect(JSON.stringify(rows)).toContain('[REDACTED:');
  });

  it.each([
    ['what is no JSON', 'plain text\n'],
    ['U+0000', aLine({ msg: 'a\u0000b', k: '\u0000' })],
    ['a lone surrogate', aLine({ msg: 'a\ud800b' })],
    ['no level and a time that is none', JSON.stringify({ time: 'x', msg: 7 })],
    ['a module that is hostile', aLine({ context: '\u001b[2J' })],
    ['a megabyte', aLine({ msg: 'x'.repeat(1_000_000), more: 'y'.repeat(1_000_000) })],
    ['a time a year off', aLine({ time: Date.now() + 31_536_000_000 })],
  ])('with %s is stored all the same', async (_what, line) => {
    const before = store.status().storedTotal;
    await stored(line);
    expect(store.status()).toMatchObject({ waiting: 0, storedTotal: before + 1 });
  });
});

describe('reading logs', () => {
  it('narrows by level, module, text and time, and pages', async () => {
    await stored(
      ...[20, 30, 40, 50].map((level) => aLine({ level, context: 'paging', msg: `Line 100% of ${level}_` })),
    );
    const of = async (filter: object) =>
      (await reader.list({ module: 'paging', limit: 10, ...filter })).rows.map(({ level }) => level);
    expect(await of({})).toEqual(['error', 'warn', 'info', 'debug']);
    expect(await of({ level: 'warn' })).toEqual(['error', 'warn']);
    expect(await of({ text: 'LINE 100% OF 30_' })).toEqual(['info']);
    expect(await of({ text: '100_' })).toEqual([]);
    expect(await of({ module: 'agin' })).toHaveLength(4);
    expect(await of({ since: new Date(Date.now() + 60_000) })).toEqual([]);
    const first = await reader.list({ module: 'paging', limit: 3 });
    const second = await reader.list({ module: 'paging', limit: 3, before: first.next! });
    expect(second.rows.map(({ level }) => level)).toEqual(['debug']);
    expect(second.next).toBeNull();
  });

  it('counts by level and module', async () => {
    const { total, byLevel, byModule } = await reader.summary(new Date(Date.now() - 60_000));
    expect(total).toBe(byLevel.reduce((sum, { lines }) => sum + Number(lines), 0));
    expect(byModule.map(({ module }) => module)).toContain('paging');
  });
});

describe('partitions', () => {
  it('are a day of one level each, and a question about a day and level opens no other', async () => {
    await withClient(database.clientConfig('owner'), async (owner) => {
      const { rows } = await owner.query<{ line: string }>({
        text: `explain (format text) select * from logs
                where level = any('{warn}') and id >= audit_id_at(now()) and id < audit_id_at(now() + interval '1 minute')`,
      });
      const plan = rows.map((row) => Object.values(row)[0]).join('\n');
      expect(plan).toMatch(/logs_warn_\d{4}_\d{2}_\d{2}/);
      expect(plan).not.toMatch(/logs_(debug|info|error|warn_default)/);
    });
  });

  it('are dropped by the retention role alone, and only days that are over', async () => {
    const call = (role: 'server' | 'retention', dryRun: boolean, before: string) =>
      withClient(database.clientConfig(role), (client) =>
        client.query<{ partition_name: string }>(
          `select * from logs_drop_partitions('debug', date_trunc('day', now(), 'UTC') + $1::interval, $2)`,
          [before, dryRun],
        ),
      );
    // Today is over then, whatever the hour is now, and tomorrow is not.
    const tomorrowNoon = '36 hours';
    await expect(call('server', true, '1 day')).rejects.toThrow(/permission denied/);
    expect((await call('retention', true, '12 hours')).rows).toEqual([]);
    const told = (await call('retention', true, tomorrowNoon)).rows.map((row) => row.partition_name);
    expect(told).toHaveLength(1);
    const dropped = (await call('retention', false, tomorrowNoon)).rows.map((row) => row.partition_name);
    expect(dropped).toEqual(told);
    expect((await call('retention', true, tomorrowNoon)).rows).toEqual([]);
    const { rows } = await pool.query(`select count(*)::int as n from logs where level = 'info'`);
    expect(rows[0].n).toBeGreaterThan(0);
  });
});

describe('a database that does not take lines', () => {
  it('holds up nobody: lines wait, more are counted, and all that waited is stored when it is back', async () => {
    const away = await createPrivateDatabase({ supervised: false });
    const behind = new LogStore({ config: away.clientConfig('server'), scanner, maxWaiting: 50 });
    try {
      behind.start();
      behind.push(aLine({ msg: 'before' }));
      await behind.flush();
      away.kill('SIGINT');
      const answers = () => withClient(away.clientConfig('owner'), async () => true).catch(() => false);
      await expect.poll(answers).toBe(false);
      const before = process.cpuUsage();
      for (let i = 0; i < 60; i += 1) behind.push(aLine({ msg: `line ${i}` }));
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(100);
      await behind.flush();
      expect(behind.status()).toMatchObject({ waiting: 50, droppedTotal: 10 });
      await away.restart();
      await behind.flush();
      expect(behind.status()).toMatchObject({ waiting: 0, storedTotal: 51 });
      const messages = await withClient(away.clientConfig('owner'), async (client) => {
        const { rows } = await client.query<{ message: string }>('select message from logs');
        return rows.map(({ message }) => message);
      });
      expect(messages).toHaveLength(52);
      expect(messages).toContain('10 log lines were not stored: the database did not take them');
    } finally {
      await behind.stop();
      await away.drop();
    }
  });
});
