import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AuditLog } from '@gatehouse/audit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
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
    unknownCallers: { perSecond: 200, places: 100 },
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
  // A flooder waits in a line of its own, the caller in none; what else this machine does lengthens the caller's wait too.
  expect(flood.p50Ms).toBeGreaterThan(50);
  expect(during.p50Ms).toBeLessThan(3 * idle.p50Ms + 5);
  const { rows } = await server.sql.query<{ rows: number }>(
    `select count(*)::int as rows from audit_log where user_id = 'anonymous'`,
  );
  expect(rows[0]).toEqual({ rows: 60 });
  expect(server.app.get(AuditLog).status().summarisedCallsTotal).toBe(flood.answered - 60);
}, 30_000);

it('turns away, unread and counted, who finds no place in the line', async () => {
  const counted = () => server.app.get(AuditLog).status().summarisedCallsTotal;
  const before = counted();
  const answers: string[] = [];
  const sockets: Socket[] = [];
  // The line moves while it fills.
  while (sockets.length < 300) {
    const socket = connect(server.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => answers.push(String(data)));
    // The body never comes.
    socket.write(
      `POST /api/v1/hooks/govern HTTP/1.1\r\nhost: localhost:${server.port}\r\n` +
        'content-type: application/json\r\ncontent-length: 1000000\r\n\r\n',
    );
    if (sockets.length % 10 === 0) await once(socket, 'connect');
  }
  await vi.waitUntil(() => answers.length >= 20, { timeout: 10_000 });
  for (const answer of answers) {
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).toContain('"permissionDecision":"deny"');
  }
  for (const socket of sockets) socket.destroy();
  await vi.waitUntil(() => counted() >= before + answers.length, { timeout: 10_000 });
  const token = await server.token('admin@localhost');
  expect((await load(token, 1, 'allow')).wrong).toBe(0);
}, 30_000);

it('lets health be asked for while callers flood a door, and slows a flood of that down', async () => {
  const ask = () => fetch(`${server.url}/healthz`);
  for (let i = 0; i < 15; i += 1) {
    const asks = await Promise.all(Array.from({ length: 40 }, ask));
    expect(new Set(asks.map(({ status }) => status))).toEqual(new Set([200]));
  }
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: 40 }, ask));
  expect(performance.now() - startedAt).toBeGreaterThan(150);
}, 30_000);

it('slows down a flood of what is no call, and leaves no row of it', async () => {
  const ask = () =>
    fetch(`${server.url}/mcp/filesystem`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    });
  for (let i = 0; i < 31; i += 1) await Promise.all(Array.from({ length: 10 }, ask));
  const startedAt = performance.now();
  const late = await Promise.all(Array.from({ length: 40 }, ask));
  expect(performance.now() - startedAt).toBeGreaterThan(150);
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set([401]));
}, 30_000);
