import { readFileSync } from 'node:fs';
import { AuditLog, recordedCalls } from '@gatehouse/audit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await aServer({ tools: false, ownCluster: true });
  await server.discovered;
  token = await server.token('maya@example.test', 'hooks');
});
afterAll(() => server.end());

const call = (n: number, tool = 'Read') =>
  preToolUse(tool, { file_path: `/srv/${n}` }, { tool_use_id: `n-${n}` });
const calls = () => server.app.get(AuditLog).status().calls;

async function readyz(): Promise<{ status: number; calls: { received: number; unaccounted: number } }> {
  const response = await fetch(`http://127.0.0.1:${server.port}/readyz`);
  const body = (await response.json()) as { audit: { calls: { received: number; unaccounted: number } } };
  return { status: response.status, calls: body.audit.calls };
}

/** Live and in the rows, once everything that waits is written. */
async function holds(): Promise<void> {
  await expect.poll(() => calls().open, { timeout: 20_000 }).toBe(0);
  expect(calls().unaccounted).toBe(0);
  await expect
    .poll(
      async () => {
        // The rows of gaps come with the next row.
        await postHook(server, token, call(0));
        const { rows, inGap } = await recordedCalls(server.sql);
        const live = calls();
        return { rows: rows - live.recorded, gap: inGap - live.inGap, left: live.unaccounted };
      },
      { timeout: 20_000 },
    )
    .toEqual({ rows: 0, gap: 0, left: 0 });
}

describe('every governed call is accounted for', () => {
  it('when they are allowed, denied, malformed and unknown', async () => {
    const before = calls().received;
    await Promise.all([
      ...Array.from({ length: 20 }, (_, n) => postHook(server, token, call(n))),
      ...Array.from({ length: 5 }, (_, n) => postHook(server, 'no-token', call(n))),
      ...Array.from({ length: 5 }, () => postHook(server, token, { hook_event_name: 'PreToolUse' })),
    ]);
    expect(calls().received - before).toBe(30);
    await holds();
  });

  it('when more come than a session may make, or than anybody may make without a credential', async () => {
    await Promise.all(Array.from({ length: 400 }, (_, n) => postHook(server, token, call(n))));
    await Promise.all(Array.from({ length: 100 }, (_, n) => postHook(server, 'no-token', call(n))));
    expect(calls().inSummary).toBeGreaterThan(0);
    await holds();
  });

  it('when the database stands still for longer than anybody waits', async () => {
    const { rows } = await server.sql.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = 'gatehouse audit lane' and datname = current_database()`,
    );
    for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
    try {
      await Promise.all(Array.from({ length: 30 }, (_, n) => postHook(server, token, call(n))));
    } finally {
      for (const { pid } of rows) process.kill(pid, 'SIGCONT');
    }
    await holds();
    expect((await readyz()).status).toBe(200);
  });

  it('when the database is stopped and started again under load', async () => {
    const other = await server.token('admin@localhost', 'hooks');
    const pidFile = `${server.configuration.installation.stateDir}/postgres/data/postmaster.pid`;
    const postmaster = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
    const work = Array.from({ length: 6 }, async (_, worker) => {
      for (let n = 0; n < 20; n += 1) {
        if (worker === 0 && n === 5) process.kill(postmaster, 'SIGINT');
        await postHook(server, other, call(n));
      }
    });
    await Promise.all(work);
    await expect
      .poll(
        async () => (await postHook(server, other, call(1))).body.hookSpecificOutput?.permissionDecision,
        {
          timeout: 20_000,
        },
      )
      .toBe('allow');
    await holds();
  });

  it('and where one is not, the server is not ready', async () => {
    const log = server.app.get(AuditLog);
    const before = await readyz();
    expect(before).toMatchObject({ status: 200, calls: { unaccounted: 0 } });
    const other = await server.token('jon@example.test', 'hooks');
    const record = vi.spyOn(log, 'record').mockRejectedValueOnce(new Error('forgotten'));
    await postHook(server, other, call(1));
    record.mockRestore();
    expect(await readyz()).toMatchObject({ status: 503, calls: { unaccounted: 1 } });
    const metrics = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
    expect(metrics).toMatch(/^gatehouse_governed_calls_unaccounted 1$/m);
  });
});
