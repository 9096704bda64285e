import { AuditLog, type AuditLogOptions, ScannedValue } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import type { JsonObject, UserId } from '@gatehouse/kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aContext, anEntry, scanner } from './an-entry.ts';
import { recomputeChains } from './recompute-chains.ts';

let database: TestDatabase;
let owner: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

async function withLog<T>(
  options: Partial<AuditLogOptions>,
  work: (log: AuditLog) => Promise<T>,
): Promise<T> {
  const config = database.clientConfig('server');
  const log = new AuditLog({ config, kind: 'server', scanner, warn: () => undefined, ...options });
  await log.start();
  try {
    return await work(log);
  } finally {
    await log.stop();
  }
}

async function evaluationOf(id: string): Promise<JsonObject> {
  const { rows } = await owner.query<{ evaluation: JsonObject }>(
    'select evaluation from audit_log where id = $1',
    [id],
  );
  return rows[0]!.evaluation;
}

async function summaries(): Promise<JsonObject[]> {
  const { rows } = await owner.query<{ detail: JsonObject }>(
    `select evaluation -> 'detail' as detail from audit_log where event = 'request.summarised' order by id`,
  );
  return rows.map(({ detail }) => detail);
}

describe('calls without rows of their own', () => {
  it('are counted in a row when the interval is over, by cause', async () => {
    await withLog({ summaryEveryMs: 30 }, async (log) => {
      for (let i = 0; i < 5; i += 1) log.summarise('unknown_caller');
      log.summarise('disk_full');
      await expect
        .poll(summaries)
        .toMatchObject([{ count: 6, byCause: { unknown_caller: 5, disk_full: 1 } }]);
      expect(log.status().summarisedCallsTotal).toBe(6);
    });
  });

  it('are counted in a row when the log stops, before the interval is over', async () => {
    const before = (await summaries()).length;
    await withLog({}, async (log) => log.summarise('rate_limited'));
    expect((await summaries()).slice(before)).toMatchObject([{ count: 1 }]);
  });
});

describe('a row beyond the daily quota of its user', () => {
  it('stands without its content, says so under its seal, and only for that user', async () => {
    await withLog({ contentBytesPerUserDay: 5000 }, async (log) => {
      const maya = aContext({ userId: 'maya' as UserId });
      const value = { text: 'x'.repeat(4000) };
      const ids: string[] = [];
      for (let i = 0; i < 3; i += 1) ids.push((await log.record(anEntry({ context: maya, value }))).id);
      const rows = await Promise.all(ids.map(evaluationOf));
      expect(rows.map((row) => [row.contentless ?? null, row.commitment === null, 'content' in row])).toEqual(
        [
          [null, false, true],
          [null, false, true],
          ['daily_quota', true, false],
        ],
      );
      const other = await log.record(anEntry({ value }));
      expect(await evaluationOf(other.id)).toHaveProperty('content');
    });
    expect((await recomputeChains(owner)).problems).toEqual([]);
  });

  it('keeps the facts that are no content: an output is left out, its status stays', async () => {
    await withLog({ contentBytesPerUserDay: 0 }, async (log) => {
      const output = ScannedValue.of(scanner, { text: 'hello' });
      const result = {
        status: 'ok',
        error: null,
        tokens: null,
        durationMs: 1,
        reportedBy: 'gatehouse',
        output,
      } as const;
      const { id } = await log.record(anEntry({ event: 'tool_call.completed', result }));
      const { rows } = await owner.query('select result from audit_log where id = $1', [id]);
      expect(rows[0].result).toEqual({
        commitment: null,
        contentless: 'daily_quota',
        durationMs: 1,
        error: null,
        redactions: 0,
        reportedBy: 'gatehouse',
        status: 'ok',
        tokens: null,
      });
    });
  });
});

describe('a log that is told to leave content out', () => {
  it('does, for everybody, until it is told otherwise', async () => {
    await withLog({}, async (log) => {
      log.leaveOutContent(true);
      const without = await log.record(anEntry());
      log.leaveOutContent(false);
      const withContent = await log.record(anEntry());
      expect(await evaluationOf(without.id)).toMatchObject({ commitment: null, contentless: 'disk_budget' });
      expect(await evaluationOf(withContent.id)).toHaveProperty('content');
    });
    expect((await recomputeChains(owner)).problems).toEqual([]);
  });
});
