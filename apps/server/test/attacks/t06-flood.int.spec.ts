import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AuditLog } from '@gatehouse/audit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { preToolUse } from '../support/hook-client.ts';

const LOAD = fileURLToPath(new URL('../../../../tools/bench/load.mjs', import.meta.url));
const SECONDS = 2;
const run = promisify(execFile);

interface Load {
  readonly answered: number;
  readonly wrong: number;
  readonly p50Ms: number;
}

let server: TestServer;
beforeAll(async () => {
  server = await aServer({
    configure: (configuration) => {
      const { services } = configuration;
      const rateLimits = { ...services.governance.rateLimits, perMinute: 1_000_000 };
      const governance = { ...services.governance, rateLimits };
      return { ...configuration, services: { ...services, governance } };
    },
  });
  await server.discovered;
});
afterAll(() => server.end());

/** From a process of its own, so that the server's answers are not delayed by its callers' work. */
async function load(token: string, connections: number, expected: 'allow' | 'deny'): Promise<Load> {
  const options = {
    port: server.port,
    path: '/api/v1/hooks/govern',
    token,
    body: JSON.stringify(preToolUse('Read', { file_path: '/srv/a' })),
    connections,
    seconds: SECONDS,
    expect: `"permissionDecision":"${expected}"`,
  };
  const { stdout } = await run(process.execPath, [LOAD, JSON.stringify(options)]);
  return JSON.parse(stdout) as Load;
}

it('lets a caller with a token go on while callers without one flood the door', async () => {
  const token = await server.token('admin@localhost');
  const idle = await load(token, 1, 'allow');
  const [during, flood] = await Promise.all([load(token, 1, 'allow'), load('garbage', 16, 'deny')]);
  expect([idle.wrong, during.wrong, flood.wrong]).toEqual([0, 0, 0]);
  expect(flood.answered).toBeGreaterThan(1000);
  // A caller that waits behind the whole flood at every step would wait many times as long; the bound is a ratio.
  expect(during.p50Ms / idle.p50Ms).toBeLessThan(12);
  expect(during.answered).toBeGreaterThan(idle.answered / 15);
  const { rows } = await server.sql.query<{ rows: number }>(
    `select count(*)::int as rows from audit_log where user_id = 'anonymous'`,
  );
  expect(rows[0]).toEqual({ rows: 60 });
  expect(server.app.get(AuditLog).status().summarisedCallsTotal).toBe(flood.answered - 60);
}, 30_000);
