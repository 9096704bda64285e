import { rmSync } from 'node:fs';
import {
  AuditBundles,
  AuditLog,
  AuditReader,
  AuditSigning,
  ReaderSight,
  Retention,
  RetentionTimer,
  SightedReads,
  systemContext,
} from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import type { UserId } from '@gatehouse/kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Anchors } from '../src/anchors/anchors.ts';
import { FRAMEWORK_DAYS, retentionPeriod } from '../src/retention/retention-period.ts';
import { aFolder, ROOT } from './a-folder.ts';
import { aContext, anEntry, scanner } from './an-entry.ts';

const LOG_DAYS = { debug: 1, info: 7, warn: 30, error: 90 };
const NOW = Date.now();
const maya = 'maya-id' as UserId;
const jon = 'jon-id' as UserId;
const heldTrace = 'ffffffffffffffffffffffffffffff01';

let database: TestDatabase;
let owner: pg.Pool;
let log: AuditLog;
let retention: Retention;
let bundles: AuditBundles;
const keyDir = aFolder();

/** Months as far back as the name says, with rows of that time. */
const monthsAgo = (n: number) => {
  const date = new Date(NOW);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - n, 10);
};

async function rowsAt(ms: number): Promise<void> {
  const from = new Date(Date.UTC(new Date(ms).getUTCFullYear(), new Date(ms).getUTCMonth(), 1));
  const to = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1));
  const name = `audit_log_${from.toISOString().slice(0, 7).replace('-', '_')}`;
  const { rows } = await owner.query<{ a: string; b: string }>(
    'select audit_id_at($1) as a, audit_id_at($2) as b',
    [from, to],
  );
  await owner.query(
    `create table ${name} partition of audit_log for values from ('${rows[0]!.a}') to ('${rows[0]!.b}')`,
  );
  vi.spyOn(Date, 'now').mockReturnValue(ms);
  for (const userId of [maya, jon])
    await log.record(anEntry({ context: aContext({ userId }), value: { path: `/home/${userId}` } }));
  await log.record(anEntry({ context: aContext({ userId: jon, traceId: heldTrace as never }) }));
  vi.restoreAllMocks();
}

const sign = async () => {
  const signing = new AuditSigning({
    config: database.clientConfig('server'),
    installation: { root: ROOT, keyDir },
    anchors: new Anchors([], () => undefined),
    warn: () => undefined,
  });
  await signing.signNow();
  await signing.stop();
};
const aRetention = (auditDays = 400) =>
  new Retention({
    config: database.clientConfig('retention'),
    audit: log,
    settings: { auditDays, frameworks: [], logDays: LOG_DAYS },
  });
const count = async (sql: string) =>
  Number((await owner.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]!.n);

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
  bundles = new AuditBundles(database);
  log = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'cli',
    scanner,
    warn: () => undefined,
  });
  await log.start();
  for (const months of [20, 18, 16, 3]) await rowsAt(monthsAgo(months));
  await log.record(anEntry({ context: aContext({ userId: maya }) }));
  retention = aRetention();
});
afterAll(async () => {
  await log.stop();
  await owner.end();
  await database.drop();
  rmSync(keyDir, { recursive: true, force: true });
});

describe('how long audit rows are kept', () => {
  it.each([
    [[], 400, 'audit_days'],
    [['soc2'], 400, 'audit_days'],
    [['soc2', 'hipaa'], FRAMEWORK_DAYS.hipaa, 'hipaa'],
    [['sox', 'hipaa'], FRAMEWORK_DAYS.sox, 'sox'],
  ] as const)('for %j: %d days, by %s', (frameworks, days, rule) => {
    expect(retentionPeriod({ auditDays: 400, frameworks, logDays: LOG_DAYS })).toEqual({ days, rule });
  });

  it('is never shorter than the longest framework, whatever the operator writes', () => {
    expect(retentionPeriod({ auditDays: 30, frameworks: ['pci_dss'], logDays: LOG_DAYS }).days).toBe(366);
  });
});

describe('retention', () => {
  it('says first what it would drop, and drops nothing', async () => {
    const plan = await retention.plan();
    expect(plan.audit.partitions.map(({ rows, held }) => [rows, held])).toEqual([
      [3, 0],
      [3, 0],
      [3, 0],
    ]);
    expect(await count('audit_log')).toBe(13);
  });

  it('drops a month only by a row that names it, and leaves proof of every row that went', async () => {
    await retention.run(systemContext(), 1);
    expect(await count('audit_purges')).toBe(1);
    await sign();
    const report = await bundles.verify();
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(report.purged).toEqual([expect.objectContaining({ rows: 3, rule: 'audit_days: 400 days' })]);
  });

  it('keeps what a hold covers, with its proof, when its month goes', async () => {
    const hold = await retention.hold(systemContext(), { kind: 'trace', subject: heldTrace }, 'case 4711');
    const plan = await retention.run(systemContext());
    expect(plan.audit.partitions.map(({ held }) => held)).toEqual([1, 1]);
    const { rows } = await owner.query<{ proven: boolean; why: string }>(
      `select h.why, s.leaves is not null and h.path is not null and position(h.path in s.leaves) >= 0 as proven
         from audit_held h join audit_seals s using (chain, seq) where trace_id = $1`,
      [heldTrace],
    );
    expect(rows).toEqual([
      { why: hold, proven: true },
      { why: hold, proven: true },
    ]);
    await sign();
    const report = await bundles.verify();
    expect(report).toMatchObject({ ok: true, problems: [], held: 2 });
  });

  it('is still there to be looked up, by row, task and trace, each row once', async () => {
    const { rows } = await owner.query<{ id: string; task_id: string }>(
      'select id, task_id from audit_held where trace_id = $1 order by id',
      [heldTrace],
    );
    const pool = new pg.Pool({ ...database.clientConfig('reader'), max: 1 });
    pool.on('error', () => undefined);
    const reader = new AuditReader(new SightedReads(pool, new ReaderSight(database)));
    const of = async (id: string) => (await reader.trace(id, { kind: 'all' })).map((row) => row.id);
    const ids = await of(heldTrace);
    expect(ids.slice(0, 2)).toEqual(rows.map(({ id }) => id));
    expect(new Set(ids).size).toBe((await count(`audit_log where trace_id = '${heldTrace}'`)) + 2);
    expect(await of(rows[0]!.id)).toEqual(ids);
    expect(await of(rows[1]!.task_id)).toEqual(ids);
    await reader.stop();
  });

  it.each([
    ['a month that is not over', () => `audit_log_${new Date().toISOString().slice(0, 7).replace('-', '_')}`],
    [
      'a month that another row names',
      () => `audit_log_${new Date(monthsAgo(3)).toISOString().slice(0, 7).replace('-', '_')}`,
    ],
    ['a table of another kind', () => 'audit_seals'],
    ['the rest', () => 'audit_log_default'],
  ])('does not drop %s, even for who has the role', async (_name, partition) => {
    const { id } = await log.record({
      ...anEntry(),
      event: 'audit.purged',
      detail: { partition: 'audit_log_2020_01', from: 'x', to: 'y' },
    });
    const client = new pg.Client(database.clientConfig('retention'));
    await client.connect();
    try {
      await expect(client.query('select audit_drop_partition($1, $2)', [partition(), id])).rejects.toThrow();
      await expect(
        client.query('select audit_drop_partition($1, gen_random_uuid())', [partition()]),
      ).rejects.toThrow(/no row/);
      await expect(client.query('delete from audit_log')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.end();
    }
  });

  it('by the timer takes a month at most, in one server, and none when the time leapt or the clocks disagree', async () => {
    const warnings: string[] = [];
    const runs: number[] = [];
    const timer = (agree: boolean) =>
      new RetentionTimer({
        config: database.clientConfig('retention'),
        retention: { run: async (_context, most) => void runs.push(most!) as never },
        clocksAgree: () => agree,
        warn: (message) => warnings.push(message),
      });
    expect(await timer(false).pass()).toBe(false);
    expect(await timer(true).pass()).toBe(true);
    const other = new pg.Client(database.clientConfig('retention'));
    await other.connect();
    await other.query('select pg_advisory_lock($1, 0)', [0x676872]);
    expect(await timer(true).pass()).toBe(false);
    await other.end();
    await owner.query(
      `insert into audit_checkpoints select origin, no + 1000, size, size, root, note, '{}', '{}', '{}', false, now() - interval '60 days' from audit_checkpoints order by no desc limit 1`,
    );
    await owner.query(
      `insert into audit_checkpoints select origin, no + 1, size, size, root, note, '{}', '{}', '{}', false, now() from audit_checkpoints order by no desc limit 1`,
    );
    expect(await timer(true).pass()).toBe(true);
    expect(runs).toEqual([1, 0]);
    expect(warnings.join()).toMatch(/leapt/);
    const client = new pg.Client(database.clientConfig('owner'));
    await client.connect();
    await client.query(`set session_replication_role = 'replica'`);
    await client.query('delete from audit_checkpoints where no > 1000');
    await client.end();
  });
});

describe('erasure', () => {
  const content = (userId: string) =>
    count(`audit_log where user_id = '${userId}' and evaluation -> 'content' is not null`);

  it('takes the content of one person, leaves every row and seal valid, and is on record', async () => {
    const others = await content(jon);
    expect(await retention.erasable(maya)).toEqual({ rows: 2, held: 0 });
    const { rows } = await retention.erase(systemContext(), maya, 'GDPR article 17');
    expect(rows).toBe(2);
    expect([await content(maya), await content(jon)]).toEqual([0, others]);
    await sign();
    const report = await bundles.verify();
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(report.erased).toEqual([expect.objectContaining({ rows: 2, rule: 'GDPR article 17' })]);
  });

  it('waits while a hold stands, and is done when it is released', async () => {
    const { rows: standing } = await owner.query<{ id: string }>(
      'select id from audit_holds where released_at is null',
    );
    const hold = await retention.hold(systemContext(), { kind: 'user', subject: jon }, 'case 4712');
    expect(await retention.erase(systemContext(), jon, 'GDPR article 17')).toMatchObject({ rows: 0 });
    expect(await retention.release(systemContext(), hold, 'closed')).toBe(true);
    expect(await retention.release(systemContext(), hold, 'closed')).toBe(false);
    for (const { id } of standing) await retention.release(systemContext(), id, 'closed');
    const { rows } = await retention.erase(systemContext(), jon, 'GDPR article 17');
    expect(rows).toBeGreaterThan(0);
    expect(await content(jon)).toBe(0);
    expect(await count(`audit_held where user_id = '${jon}' and evaluation -> 'content' is not null`)).toBe(
      0,
    );
    await sign();
    expect(await bundles.verify()).toMatchObject({ ok: true, problems: [] });
  });

  it('is no way to change anything else: not even the owner can, past the trigger', async () => {
    const target = `(select id from audit_log where user_id = '${maya}' order by id desc limit 1)`;
    for (const change of [
      `reason = 'x'`,
      `evaluation = '{}'`,
      `evaluation = (evaluation::text || ' ')::json`,
      `evaluation = (evaluation::jsonb - 'rules')::json`,
    ]) {
      await expect(owner.query(`update audit_log set ${change} where id = ${target}`)).rejects.toMatchObject({
        code: '42501',
      });
    }
    await expect(owner.query('delete from audit_held')).rejects.toMatchObject({ code: '42501' });
  });
});
