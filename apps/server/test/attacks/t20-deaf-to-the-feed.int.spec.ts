import type { Configuration } from '@gatehouse/config';
import { ChangeFeed } from '@gatehouse/database';
import {
  AccessTokens,
  ApiKeys,
  HookCredentials,
  IpBans,
  type Session,
  Sessions,
  type User,
  Users,
} from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aCheckout, type TestCheckout } from '../support/a-checkout.ts';
import { aDeafener, type Deafener } from '../support/a-deafener.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { requestFrom } from '../support/request-from.ts';

/*
 * Two servers in production on one database. What travels between them never reaches the second one: its connection for
 * notifications is open and brings nothing. From a second later on it has to ask on each call, so that what one server
 * was told holds at the other's very next call, however fresh its memory.
 */
const production = (configuration: Configuration): Configuration => ({
  ...configuration,
  profile: { ...configuration.profile, mode: 'production' },
});

let checkout: TestCheckout;
let one: TestServer;
let deaf: TestServer;
let way: Deafener;

beforeAll(async () => {
  checkout = await aCheckout();
  one = await aServer({ root: checkout.root, configure: production });
  way = await aDeafener(one.database);
  deaf = await aServer({
    root: checkout.root,
    beside: one,
    configure: production,
    socketFolder: way.socketFolder,
  });
  await Promise.all([one.discovered, deaf.discovered]);
  way.deafen();
  await vi.waitUntil(() => deaf.app.get(ChangeFeed).silent, { timeout: 5000, interval: 20 });
});
afterAll(async () => {
  await deaf.end();
  await way.end();
  await one.end();
  await checkout.remove();
});

let users = 0;

async function aCaller(role = 'user'): Promise<{ user: User; session: Session; token: string }> {
  users += 1;
  const user = await one.app.get(Users).create({ email: `deaf${users}@example.test`, role });
  const session = await one.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
  return { user, session, token: await one.app.get(AccessTokens).issue({ session, resource: 'api' }) };
}

async function mayRead(token: string, at: TestServer = deaf): Promise<boolean> {
  const { body } = await postHook(at, token, preToolUse('Read', { file_path: 'a.txt' }));
  return body.hookSpecificOutput?.permissionDecision === 'allow';
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'attack', version: '1' },
  },
};

async function statusOf(path: string, token: string, body?: object): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${deaf.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, text/event-stream',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.body?.cancel();
  return response.status;
}

/** A tool's answer and not a denial, by the revision without sessions of its own. */
async function mayEcho(token: string): Promise<boolean> {
  const client = new RawClient({ url: `http://127.0.0.1:${deaf.port}` }, 'everything', token);
  const answer = await client.modern('tools/call', { name: 'echo', arguments: { message: 'heard' } });
  return JSON.stringify(answer.message ?? '').includes('heard');
}

async function policyAt(server: TestServer, token: string, path = '', body?: object) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/governance/policy${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { pending: { version: string } | null; outcome?: string };
  return { status: response.status, ...answer };
}

/** Changes the files; resolves when the change waits at both servers. */
async function changeOfRoles(admin: string, change: (roles: string) => string): Promise<string> {
  await checkout.writePolicy('roles.yaml', change(await checkout.readPolicy('roles.yaml')));
  let version = '';
  await expect
    .poll(
      async () => {
        const [here, there] = await Promise.all([policyAt(one, admin), policyAt(deaf, admin)]);
        version = here.pending?.version ?? '';
        return version !== '' && there.pending?.version === version;
      },
      { timeout: 5000 },
    )
    .toBe(true);
  return version;
}

describe('a server that hears nothing from the database for a second', () => {
  it.each<[string, (subject: { user: User }) => Promise<unknown>]>([
    ['a revoked session', ({ user }) => one.app.get(Sessions).revokeAll(user.id)],
    ['a suspended user', ({ user }) => one.app.get(Users).suspend(user.id)],
    ['a deleted user', ({ user }) => one.app.get(Users).delete(user.id)],
    ['a changed department', ({ user }) => one.app.get(Users).setDepartment(user.id, 'legal')],
    ['a user who may nothing any more', ({ user }) => one.app.get(Users).setRole(user.id, 'anonymous')],
  ])('refuses %s at the next call of every door', async (_what, change) => {
    const subject = await aCaller();
    const forMcp = await one.app
      .get(AccessTokens)
      .issue({ session: subject.session, resource: 'mcp/everything' });
    const answers = async () => [
      await mayRead(subject.token),
      await statusOf('/api/v1/sessions', subject.token),
      await statusOf('/mcp/everything', forMcp, INITIALIZE),
    ];
    expect(await answers()).toEqual([true, 200, 200]);
    await change(subject);
    expect(await answers()).toEqual([false, 401, 401]);
  });

  it.each([
    ['whose a session is', 'sessions'],
    ['which policy is in force', 'policy_applications'],
  ])('denies at every door while the database does not say %s', async (_what, table) => {
    const { session, token } = await aCaller();
    const forMcp = await one.app.get(AccessTokens).issue({ session, resource: 'mcp/everything' });
    const answers = async () => [
      await mayRead(token),
      (await statusOf('/api/v1/audit', token)) === 200,
      await mayEcho(forMcp),
    ];
    expect(await answers()).toEqual([true, true, true]);
    const locker = await one.sql.connect();
    try {
      await locker.query(`begin; lock table ${table} in access exclusive mode`);
      expect(await answers()).toEqual([false, false, false]);
    } finally {
      await locker.query('rollback');
      locker.release();
    }
    await expect.poll(answers, { timeout: 15_000 }).toEqual([true, true, true]);
  });

  it('refuses a revoked API key at the next call', async () => {
    const { user } = await aCaller();
    const { key, text } = await one.app.get(ApiKeys).issue({ userId: user.id, name: 'k', scopes: ['api'] });
    expect(await statusOf('/api/v1/sessions', text.reveal())).toBe(200);
    await one.app.get(ApiKeys).revoke(key.id);
    expect(await statusOf('/api/v1/sessions', text.reveal())).toBe(401);
  });

  it('keeps a banned address out at its next request, and lets it in when the ban is lifted', async () => {
    const { token } = await aCaller();
    const headers = { authorization: `Bearer ${token}` };
    const from = async () =>
      (await requestFrom('127.0.0.71', deaf.port, { path: '/api/v1/sessions', headers })).status;
    expect(await from()).toBe(200);
    const ban = await one.app.get(IpBans).add({ network: '127.0.0.71', reason: 'attack spec' });
    expect(await from()).toBe(403);
    await one.app.get(IpBans).lift(ban.id);
    expect(await from()).toBe(200);
  });

  it('refuses a revoked hook credential at the next call', async () => {
    const { user } = await aCaller();
    const { credential, text } = await one.app
      .get(HookCredentials)
      .issue({ userId: user.id, clientId: 'claude-code', deviceId: 'laptop' });
    expect(await mayRead(text.reveal())).toBe(true);
    await one.app.get(HookCredentials).revoke(credential.id);
    expect(await mayRead(text.reveal())).toBe(false);
  });

  it('decides by a policy that was applied elsewhere at the next call, and takes it back as soon', async () => {
    const [admin, caller] = [await aCaller('admin'), await aCaller()];
    const before = await checkout.readPolicy('roles.yaml');
    const denied = await changeOfRoles(admin.token, (roles) =>
      roles.replace('  user:\n    allow: ["*"]', '  user:\n    deny: [Read]\n    allow: ["*"]'),
    );
    expect(await mayRead(caller.token)).toBe(true);
    const { status, outcome } = await policyAt(one, admin.token, '/break-glass', {
      version: denied,
      reason: 'a deaf server has to hear of it',
    });
    expect([status, outcome]).toEqual([200, 'break_glass']);
    expect(await mayRead(caller.token)).toBe(false);

    await one.sql.query(
      "update policy_applications set reverts_at = now() - interval '1 second' where kind = 'break_glass'",
    );
    expect(await mayRead(caller.token)).toBe(true);
    await checkout.writePolicy('roles.yaml', before);
  });

  it('opens an endpoint by that policy too', async () => {
    const [admin, caller] = [await aCaller('admin'), await aCaller()];
    expect((await policyAt(deaf, caller.token)).status).toBe(403);
    const opened = await changeOfRoles(admin.token, (roles) =>
      roles.replace('      - agents:read', '      - agents:read\n      - governance:read'),
    );
    await policyAt(one, admin.token, '/break-glass', { version: opened, reason: 'opens an endpoint' });
    expect((await policyAt(deaf, caller.token)).status).toBe(200);
  });
});
