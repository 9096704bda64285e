import { rmSync } from 'node:fs';
import {
  AuditBundles,
  AuditLog,
  AuditMonths,
  AuditSigning,
  Retention,
  systemContext,
} from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase, withClient } from '@gatehouse/database';
import type { UserId } from '@gatehouse/kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Anchors } from '../src/anchors/anchors.ts';
import { aFolder, ROOT } from './a-folder.ts';
import { aContext, anEntry, scanner } from './an-entry.ts';

const NOW = new Date();
const keyDir = aFolder();
const held = 'held-id' as UserId;

let database: TestDatabase;
let owner: pg.Pool;
let log: AuditLog;
let months: AuditMonths;
let retention: Retention;
const warned: string[] = [];

/** The first of a month, so many from this one. */
const monthAt = (months: number) => new Date(Date.UTC(NOW.getUTCFullYear(), NOW.getUTCMonth() + months, 1));
const partitionOf = (month: Date) => `audit_log_${month.toISOString().slice(0, 7).replace('-', '_')}`;

/** Writes rows while the clock says that it is the tenth of that month. */
async function rowsAt(month: Date, users: readonly (UserId | null)[]): Promise<void> {
  vi.spyOn(Date, 'now').mockReturnValue(month.getTime() + 10 * 86_400_000);
  for (const userId of users)
    await log.record(anEntry({ context: aContext(userId === null ? {} : { userId }) }));
  vi.restoreAllMocks();
}

async function rowsIn(table: string): Promise<number> {
  const { rows } = await owner.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]!.n;
}

async function verified(): Promise<object> {
  const signing = new AuditSigning({
    config: database.clientConfig('server'),
    installation: { root: ROOT, keyDir },
    anchors: new Anchors([], () => undefined),
    warn: () => undefined,
  });
  await signing.signNow();
  await signing.stop();
  return new AuditBundles(database).verify();
}

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
  log = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'cli',
    scanner,
    warn: () => undefined,
  });
  await log.start();
  months = new AuditMonths({
    config: database.clientConfig('retention'),
    warn: (message) => warned.push(message),
  });
  retention = new Retention({
    config: database.clientConfig('retention'),
    audit: log,
    settings: { auditDays: 400, frameworks: [], logDays: { debug: 1, info: 7, warn: 30, error: 90 } },
  });
  // Two old months that were never made, and one of a clock that had jumped ahead.
  await rowsAt(monthAt(-20), [null, held]);
  await rowsAt(monthAt(-3), [null, null]);
  await rowsAt(monthAt(3), [null]);
  await rowsAt(monthAt(40), [null]);
});
afterAll(async () => {
  await months.stop();
  await log.stop();
  await owner.end();
  await database.drop();
  rmSync(keyDir, { recursive: true, force: true });
});

describe('months of the audit log', () => {
  it('take the rows of their time out of the default partition once they are over, and no seal breaks', async () => {
    expect(await rowsIn('audit_log_default')).toBe(6);
    await months.start();
    expect(await rowsIn('audit_log_default')).toBe(2);
    expect(await rowsIn(partitionOf(monthAt(-20)))).toBe(2);
    expect(await rowsIn(partitionOf(monthAt(-3)))).toBe(2);
    expect(warned).toEqual([
      `2 rows came from the default partition into ${partitionOf(monthAt(-20))}`,
      `2 rows came from the default partition into ${partitionOf(monthAt(-3))}`,
    ]);
    expect(await verified()).toMatchObject({ ok: true, problems: [] });
  });

  it('are made ahead while the server runs, also where rows of a clock that had jumped lie in the way', async () => {
    await owner.query(`drop table ${partitionOf(monthAt(2))}`);
    expect(await months.keep()).toEqual([{ partition: partitionOf(monthAt(2)), moved: 0 }]);
    expect(await months.keep()).toEqual([]);
    const { rows } = await withClient(database.clientConfig('retention'), (client) =>
      client.query('select * from audit_keep_months(3)'),
    );
    expect(rows).toEqual([{ partition: partitionOf(monthAt(3)), moved: '1' }]);
    expect(await rowsIn('audit_log_default')).toBe(1);
  });

  it('keep their rows as all others are kept: none is changed, deleted or emptied', async () => {
    const month = partitionOf(monthAt(-3));
    for (const sql of [
      `delete from ${month}`,
      `update ${month} set reason = 'x'`,
      `truncate ${month}`,
      'delete from audit_log_default',
    ])
      await expect(owner.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('are dropped with those rows when their time has come, but for what is held', async () => {
    await retention.hold(systemContext(), { kind: 'user', subject: held }, 'case 4713');
    const { audit } = await retention.run(systemContext());
    expect(audit.partitions).toEqual([
      expect.objectContaining({ partition: partitionOf(monthAt(-20)), rows: 2, held: 1 }),
    ]);
    expect(await rowsIn('audit_held')).toBe(1);
    expect(await verified()).toMatchObject({ ok: true, problems: [], held: 1 });
  });

  it('can come and go twice, when a clock jumps back into one that is gone', async () => {
    // Another chain: the time of one never goes back.
    await log.stop();
    log = new AuditLog({
      config: database.clientConfig('server'),
      kind: 'server',
      scanner,
      warn: () => undefined,
    });
    await log.start();
    await rowsAt(monthAt(-20), [null]);
    expect(await months.keep()).toEqual([{ partition: partitionOf(monthAt(-20)), moved: 1 }]);
    const again = new Retention({
      config: database.clientConfig('retention'),
      audit: log,
      settings: { auditDays: 400, frameworks: [], logDays: { debug: 1, info: 7, warn: 30, error: 90 } },
    });
    expect((await again.run(systemContext())).audit.partitions).toEqual([
      expect.objectContaining({ partition: partitionOf(monthAt(-20)), rows: 1 }),
    ]);
    expect(await rowsIn('audit_purges')).toBe(2);
    expect(await verified()).toMatchObject({ ok: true, problems: [] });
  });

  it.each(['server', 'reader'] as const)('are made by no connection of the role %s', async (role) => {
    const asked = withClient(database.clientConfig(role), (client) =>
      client.query('select audit_keep_months(2)'),
    );
    await expect(asked).rejects.toMatchObject({ code: '42501' });
  });
});
