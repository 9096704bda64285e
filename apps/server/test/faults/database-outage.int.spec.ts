import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await aServer({ tools: false, ownCluster: true });
  token = await server.token('maya@example.test', 'hooks');
});

afterAll(() => server.end());

/** The processes that serve this database's connections. */
async function backends(): Promise<number[]> {
  const { rows } = await server.sql.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  return rows.map((row) => row.pid);
}

async function decide(task: string): Promise<{ allowed: boolean; reason: string; ms: number }> {
  const startedAt = performance.now();
  const { body } = await postHook(server, token, preToolUse('Read', {}, { tool_use_id: task }));
  const { permissionDecision, permissionDecisionReason = '' } = body.hookSpecificOutput!;
  return {
    allowed: permissionDecision === 'allow',
    reason: permissionDecisionReason,
    ms: performance.now() - startedAt,
  };
}

it('denies every call within its deadline while PostgreSQL stands still, and recovers without a restart', async () => {
  expect((await decide('before')).allowed).toBe(true);
  const pids = await backends();
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  let during: Awaited<ReturnType<typeof decide>>[];
  try {
    during = await Promise.all(Array.from({ length: 40 }, (_, i) => decide(`during-${i}`)));
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
  expect(during.map((one) => one.allowed)).not.toContain(true);
  for (const { reason, ms } of during) {
    expect(reason).toMatch(/\((?:audit_unavailable|token_invalid)\)$/);
    expect(ms).toBeLessThan(4500);
  }
  await expect
    .poll(async () => (await decide(`after-${Math.random()}`)).allowed, { timeout: 15_000 })
    .toBe(true);
  const { rows } = await server.sql.query<{ n: number }>(
    `select count(*)::int as n from audit_log d where task_id like 'during-%' and event = 'tool_call.decided' and decision = 'allow'
       and not exists (select 1 from audit_log c where c.task_id = d.task_id and c.result ->> 'status' = 'not_executed')`,
  );
  expect(rows[0]!.n).toBe(0);
});

it('says of a token that it cannot be verified, not that it is none, while PostgreSQL stands still', async () => {
  const api = await server.token('admin@localhost');
  /** One that asked before the silence was noticed waits for the database: it is given up. */
  const users = async () => {
    const headers = { authorization: `Bearer ${api}` };
    const answer = await fetch(`${server.url}/api/v1/users`, { headers, signal: AbortSignal.timeout(8000) });
    const { code } = (await answer.json()) as { code?: string };
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), code };
  };
  expect((await users()).status).toBe(200);
  const pids = await backends();
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await expect
      .poll(() => users().catch(() => null), { timeout: 30_000 })
      .toEqual({ status: 503, retryAfter: '1', code: 'TOKEN_UNVERIFIABLE' });
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
  await expect.poll(async () => (await users()).status, { timeout: 15_000 }).toBe(200);
}, 60_000);

it('comes back by itself when PostgreSQL is killed under load, and no allowed answer is without its row', async () => {
  const allowed: string[] = [];
  const pidFile = `${server.configuration.installation.stateDir}/postgres/data/postmaster.pid`;
  const postmaster = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  const call = async (worker: number) => {
    for (let i = 0; i < 25; i += 1) {
      const task = `kill-${worker}-${i}`;
      if ((await decide(task)).allowed) allowed.push(task);
      if (worker === 0 && i === 5) process.kill(postmaster, 'SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, worker) => call(worker)));
  await expect
    .poll(async () => (await decide(`again-${Math.random()}`)).allowed, { timeout: 20_000 })
    .toBe(true);
  const { rows } = await server.sql.query<{ task_id: string }>(
    `select task_id from audit_log where task_id like 'kill-%' and event = 'tool_call.decided' and decision = 'allow'`,
  );
  const recorded = new Set(rows.map((row) => row.task_id));
  expect(allowed.length).toBeGreaterThan(6);
  expect(allowed.filter((task) => !recorded.has(task))).toEqual([]);
}, 90_000);
