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
  expect(flood.answered).toBeGreaterThan(60);
  // Who waited behind the flood's rows would wait many rounds of it. A flooder's own wait is one round, measured at the
  // same time: what else this machine does lengthens both.
  expect(during.p50Ms).toBeLessThan(8 * Math.max(idle.p50Ms, flood.p50Ms));
  const { rows } = await server.sql.query<{ rows: number }>(
    `select count(*)::int as rows from audit_log where user_id = 'anonymous'`,
  );
  expect(rows[0]).toEqual({ rows: 60 });
  expect(server.app.get(AuditLog).status().summarisedCallsTotal).toBe(flood.answered - 60);
}, 30_000);
