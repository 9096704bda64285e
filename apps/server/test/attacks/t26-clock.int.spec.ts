import { AuditLog, type DatabaseMeasure, StorageWatch, systemContext } from '@gatehouse/audit';
import { newId } from '@gatehouse/kernel';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
  await server.discovered;
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => server.end());

const call = preToolUse('Read', { file_path: '/srv/a' });

function shiftClock(ms: number): void {
  const real = Date.now;
  const now = real.bind(Date);
  vi.spyOn(Date, 'now').mockImplementation(() => now() + ms);
}

async function readyz() {
  await server.app.get(StorageWatch).check();
  const response = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  return { status: response.status, clock: ((await response.json()) as { clock: unknown }).clock };
}

async function lastRow() {
  const { rows } = await server.sql.query<{ id: string; occurred_at: Date; tableoid: string }>(
    'select id, occurred_at, tableoid::regclass::text from audit_log order by id desc limit 1',
  );
  return rows[0]!;
}

describe('the clocks of server and database', () => {
  it.each([
    ['0 s', 0, 200],
    ['a second and a half ahead', -1500, 200],
    ['three seconds ahead', -3000, 503],
    ['three seconds behind', 3000, 503],
    ['a day behind', 86_400_000, 503],
  ])('fail readiness two seconds apart: the database’s is %s', async (_name, shift, status) => {
    shiftClock(shift);
    expect((await readyz()).status).toBe(status);
  });

  it('are agreed with again when they agree again', async () => {
    shiftClock(10_000);
    expect((await readyz()).status).toBe(503);
    vi.restoreAllMocks();
    expect(await readyz()).toMatchObject({ status: 200, clock: { agrees: true } });
  });

  it('say nothing when the database does not: a measure that fails changes nothing', async () => {
    let fail = false;
    const measured: DatabaseMeasure = {
      databaseBytes: 1,
      budgetBytes: null,
      freeBytes: null,
      clockAheadMs: 9000,
    };
    const watch = new StorageWatch({
      measure: () => (fail ? Promise.reject(new Error('silent')) : Promise.resolve(measured)),
      audit: { leaveOutContent: () => undefined },
      warn: () => undefined,
    });
    await watch.check();
    fail = true;
    await watch.check();
    expect(watch.status()).toMatchObject({ clocksAgree: false, clockAheadMs: 9000 });
  });
});

describe('a clock that is set back', () => {
  it('makes no row older than the one before it', async () => {
    const bearer = await server.token('admin@localhost');
    await postHook(server, bearer, call);
    const before = await lastRow();
    shiftClock(-3_600_000);
    for (let i = 0; i < 4; i += 1) await postHook(server, bearer, call);
    vi.restoreAllMocks();
    const { rows } = await server.sql.query(
      `select count(*)::int as later from audit_log where id > $1 and occurred_at >= $2`,
      [before.id, before.occurred_at],
    );
    expect(rows[0]).toEqual({ later: 4 });
  });

  it('makes no expired token good again', async () => {
    const bearer = await server.token('admin@localhost');
    // Further than any test before it: the clock of tokens has been there and did not come back.
    shiftClock(3 * 86_400_000);
    const expired = await postHook(server, bearer, call);
    vi.restoreAllMocks();
    const after = await postHook(server, bearer, call);
    for (const answer of [expired, after]) {
      expect(answer.body.hookSpecificOutput?.permissionDecisionReason).toMatch(/expired.*\(token_invalid\)/);
    }
  });
});

describe('a row of any date', () => {
  it.each([
    ['a month without a partition', 400],
    ['a far future', 36_500],
  ])('has a partition: %s', async (_name, days) => {
    const log = server.app.get(AuditLog);
    shiftClock(days * 86_400_000);
    const { id } = await log.record({
      event: 'admin.marked',
      context: systemContext({ taskId: newId() }),
      action: 'clock',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'A row of another date.',
    });
    vi.restoreAllMocks();
    const { rows } = await server.sql.query(
      'select tableoid::regclass::text as partition from audit_log where id = $1',
      [id],
    );
    expect(rows[0]).toEqual({ partition: 'audit_log_default' });
  });
});
