import { request } from 'node:http';
import { IpBans } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { type AddressedAnswer, type AddressedRequest, requestFrom } from '../support/request-from.ts';
import { everyRoute, isWrite } from '../support/routes.ts';

/** Loopback addresses of this machine that are no one's: a request can come from each. */
const BANNED = '127.0.0.66';
const OTHER = '127.0.0.67';

let server: TestServer;
let second: TestServer;
let proxied: TestServer;
beforeAll(async () => {
  server = await aServer();
  second = await aServer({ beside: server });
  proxied = await aServer({
    beside: server,
    configure: (configuration) => ({
      ...configuration,
      profile: { ...configuration.profile, trustedProxies: ['127.0.0.67'] },
    }),
  });
  await Promise.all([server, second, proxied].map(({ discovered }) => discovered));
});
afterAll(async () => {
  await Promise.all([second.end(), proxied.end()]);
  await server.end();
});

const from = (localAddress: string, at: TestServer, asked: AddressedRequest = {}) =>
  requestFrom(localAddress, at.port, asked);

const isBanned = async (...asked: Parameters<typeof from>) =>
  (await from(...asked)).text.includes('ADDRESS_BANNED');

async function withBan<T>(run: () => Promise<T>, network = BANNED): Promise<T> {
  const ban = await server.app.get(IpBans).add({ network, reason: 'attack spec' });
  try {
    for (const at of [server, second, proxied]) {
      await expect.poll(() => at.app.get(IpBans).find(BANNED), { interval: 20 }).toBe(ban.id);
    }
    return await run();
  } finally {
    await server.app.get(IpBans).lift(ban.id);
    for (const at of [server, second, proxied]) {
      await expect.poll(() => at.app.get(IpBans).find(BANNED), { interval: 20 }).toBeNull();
    }
  }
}

describe('a banned address', () => {
  it('is served at no door, with a good token or without, and others are', async () => {
    const api = await server.token('admin@localhost');
    const mcp = await server.token('admin@localhost', 'mcp/everything');
    const routes = await everyRoute(server.port);
    await withBan(async () => {
      for (const route of routes) {
        const headers = {
          authorization: `Bearer ${route.path.startsWith('/mcp/') ? mcp : api}`,
          accept: 'application/json, text/event-stream',
          ...(isWrite(route) ? { 'content-type': 'application/json' } : {}),
        };
        const { method, path } = route;
        const answer = await from(BANNED, server, {
          method,
          path,
          headers,
          body: isWrite(route) ? '{}' : '',
        });
        if (route.name === 'POST /api/v1/hooks/govern') {
          expect(answer.status).toBe(200);
          expect(JSON.parse(answer.text).hookSpecificOutput.permissionDecision).toBe('deny');
        } else if (method !== 'HEAD') {
          expect(answer.status, route.name).toBe(403);
          expect(JSON.parse(answer.text).code, route.name).toBe('ADDRESS_BANNED');
        }
      }
      expect((await from(OTHER, server)).status).toBe(200);
    });
    expect((await from(BANNED, server)).status).toBe(200);
    const { rows } = await server.sql.query(
      "select distinct policy, decision from audit_log where event = 'request.rejected' and reason like '%address%banned%'",
    );
    expect(rows).toEqual([{ policy: 'policy_denied', decision: 'deny' }]);
  });

  it.each([
    ['x-forwarded-for', '198.51.100.1'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-real-ip', '198.51.100.1'],
    ['forwarded', 'for=198.51.100.1'],
    ['x-client-ip', '198.51.100.1'],
    ['true-client-ip', '198.51.100.1'],
    ['cf-connecting-ip', '198.51.100.1'],
    ['x-originating-ip', '127.0.0.1'],
  ])('is not another one because %s says %s', async (header, value) => {
    await withBan(async () => {
      expect(await isBanned(BANNED, server, { headers: { [header]: value } })).toBe(true);
      expect(await isBanned(BANNED, proxied, { headers: { [header]: value } })).toBe(true);
    });
  });

  it('cannot be put on somebody else by a header', async () => {
    await withBan(async () => {
      for (const header of ['x-forwarded-for', 'x-real-ip', 'forwarded']) {
        expect(await isBanned('127.0.0.1', server, { headers: { [header]: BANNED } })).toBe(false);
      }
    });
  });

  it('is what a configured proxy says, read from the end', async () => {
    await withBan(async () => {
      const said = (value: string, at = proxied) =>
        isBanned(OTHER, at, { headers: { 'x-forwarded-for': value } });
      expect(await said(BANNED)).toBe(true);
      expect(await said(`198.51.100.1, ${BANNED}`)).toBe(true);
      expect(await said(`${BANNED}, 198.51.100.1`)).toBe(false);
      expect(await said(BANNED, server)).toBe(false);
    });
  });

  it('is cut off within a second where it had a stream, on every process', async () => {
    const token = await server.token('admin@localhost');
    for (const at of [server, second]) {
      const closed = Promise.withResolvers<number>();
      request({
        host: '127.0.0.1',
        localAddress: BANNED,
        port: at.port,
        path: '/api/v1/audit/stream',
        headers: { host: `127.0.0.1:${at.port}`, authorization: `Bearer ${token}` },
      })
        .on('response', (response) => {
          response.on('error', () => undefined).on('close', () => closed.resolve(performance.now()));
          response.resume();
        })
        .on('error', () => closed.resolve(performance.now()))
        .end();
      await expect.poll(async () => (await from(BANNED, at)).status).toBe(200);
      const bannedAtMs = performance.now();
      await withBan(async () => expect((await closed.promise) - bannedAtMs).toBeLessThan(1500));
    }
  });
});

it.each([
  ['x-user-id', 'admin'],
  ['x-session-id', 'root'],
  ['x-proxy-verified', 'true'],
  ['x-user-permissions', '*'],
  ['x-user-role', 'admin'],
  ['x-forwarded-user', 'admin@localhost'],
  ['x-agent-id', 'developer_agent'],
  ['remote-user', 'admin@localhost'],
])('the header %s: %s makes nobody anybody', async (header, value) => {
  const maya = await server.token('maya@example.test');
  const path = '/api/v1/audit?limit=200';
  const ask = (headers: Record<string, string>) => from('127.0.0.1', server, { path, headers });
  expect((await ask({ [header]: value })).status).toBe(401);
  const authorization = `Bearer ${maya}`;
  const users = ({ text }: AddressedAnswer) =>
    new Set(JSON.parse(text).rows.map((row: { user_id: string }) => row.user_id));
  expect(users(await ask({ authorization, [header]: value }))).toEqual(users(await ask({ authorization })));
});
