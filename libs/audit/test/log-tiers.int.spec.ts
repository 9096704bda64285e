import { AuditLog, Retention, systemContext } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scanner } from './an-entry.ts';

const LOG_DAYS = { debug: 1, info: 7, warn: 30, error: 90 };
const NOW = Date.now();
let database: TestDatabase;
let owner: pg.Client;
let audit: AuditLog;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Client(database.clientConfig('owner'));
  await owner.connect();
  audit = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'cli',
    scanner,
    warn: () => undefined,
  });
  await audit.start();
});
afterAll(async () => {
  await audit.stop();
  await owner.end();
  await database.drop();
});

it('lines of the log are dropped by level, each after as many days as its own, on record, and not a day before', async () => {
  const dayOf = (level: string, daysAgo: number) => {
    const day = new Date(Math.floor(NOW / 86_400_000 - daysAgo) * 86_400_000);
    return { day, name: `logs_${level}_${day.toISOString().slice(0, 10).replaceAll('-', '_')}` };
  };
  for (const [level, days] of Object.entries(LOG_DAYS)) {
    for (const { day, name } of [dayOf(level, days + 2), dayOf(level, days)]) {
      const { rows } = await owner.query<{ a: string; b: string }>(
        `select audit_id_at($1) as a, audit_id_at($1 + interval '1 day') as b`,
        [day],
      );
      await owner.query(
        `create table if not exists ${name} partition of logs_${level} for values from ('${rows[0]!.a}') to ('${rows[0]!.b}')`,
      );
    }
  }
  const retention = new Retention({
    config: database.clientConfig('retention'),
    audit,
    settings: { auditDays: 4000, frameworks: [], logDays: LOG_DAYS },
  });
  const { logs } = await retention.run(systemContext());
  expect(logs.map(({ level, partitions }) => [level, partitions.map(({ partition }) => partition)])).toEqual(
    Object.entries(LOG_DAYS).map(([level, days]) => [level, [dayOf(level, days + 2).name]]),
  );
  const { rows } = await owner.query<{ rule: string }>(
    `select evaluation -> 'detail' ->> 'rule' as rule from audit_log
      where event = 'audit.purged' and evaluation -> 'detail' ->> 'table' = 'logs' order by id`,
  );
  expect(rows.map(({ rule }) => rule)).toEqual([
    'debug: 1 days',
    'info: 7 days',
    'warn: 30 days',
    'error: 90 days',
  ]);
  for (const [level, days] of Object.entries(LOG_DAYS))
    expect(
      (await owner.query('select from pg_class where relname = $1', [dayOf(level, days).name])).rowCount,
    ).toBe(1);
});
