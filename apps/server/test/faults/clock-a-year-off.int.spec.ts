import {
  AuditBundles,
  AuditLog,
  AuditMonths,
  AuditSigning,
  RetentionTimer,
  StorageWatch,
} from '@gatehouse/audit';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

const YEAR = 366 * 86_400_000;
let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
  await server.discovered;
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => server.end());

it.each([
  ['behind', -YEAR],
  // Last: no token is believed again that was once seen to have expired.
  ['ahead', YEAR],
])(
  'a clock that is a year %s lets nothing through unrecorded, drops no month, and every row stays provable',
  async (_name, shift) => {
    const token = await server.token('admin@localhost', 'hooks');
    const real = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => real() + shift);
    const before = await server.sql.query<{ n: string }>('select count(*) as n from audit_log');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        postHook(server, token, preToolUse('Read', {}, { tool_use_id: `year-${shift > 0}-${i}` })),
      ),
    );
    const allowed = answers.filter(
      ({ body }) => body.hookSpecificOutput?.permissionDecision === 'allow',
    ).length;
    await server.app.get(StorageWatch).check();
    expect(await server.app.get(RetentionTimer).pass()).toBe(false);
    const { rows } = await server.sql.query<{ n: string; allowed: string }>(
      `select count(*) as n, count(*) filter (where decision = 'allow') as allowed from audit_log
      where task_id like $1 and event = 'tool_call.decided'`,
      [`year-${shift > 0}-%`],
    );
    expect(Number(rows[0]!.allowed)).toBe(allowed);
    expect(Number(rows[0]!.n)).toBe(20);
    vi.restoreAllMocks();
    await server.app.get(StorageWatch).check();
    const after = await server.sql.query<{ n: string }>('select count(*) as n from audit_log');
    expect(Number(after.rows[0]!.n)).toBeGreaterThanOrEqual(Number(before.rows[0]!.n) + 20);
    expect(server.app.get(AuditLog).status().calls).toMatchObject({ open: 0, unaccounted: 0 });
    await server.app.get(AuditMonths).keep();
    const astray = await server.sql.query<{ n: number }>(
      'select count(*)::int as n from audit_log_default where id < audit_id_at(now())',
    );
    expect(astray.rows).toEqual([{ n: 0 }]);
    await server.app.get(AuditSigning).signNow();
    expect(await server.app.get(AuditBundles).verify()).toMatchObject({ ok: true, problems: [] });
  },
);
