import { LoginLinks } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldOf, PlainBrowser } from '../login/a-browser.ts';
import { aServer, type TestServer } from '../support/a-server.ts';

let server: TestServer;
let admin: string;
let maya: string;
beforeAll(async () => {
  server = await aServer({ tools: false });
  admin = await server.token('admin@localhost');
  maya = await server.token('maya@example.test');
});
afterAll(() => server.end());

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, read by tests.
type Body = Record<string, any>;

async function ask(
  method: string,
  path: string,
  token: string,
  body?: object,
  headers: Record<string, string> = {},
) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

let made = 0;
async function aNewUser(fields: object = {}): Promise<Body> {
  made += 1;
  const { body } = await ask('POST', '/users', admin, { email: `api${made}@example.test`, ...fields });
  return body.user;
}

const eventsOf = async (id: string) => {
  const { rows } = await server.sql.query<{ event: string; user_id: string }>(
    'select event, user_id from audit_log where evaluation::text like $1 order by id',
    [`%${id}%`],
  );
  return rows.map(({ event }) => event);
};

describe('users', () => {
  it('are created, shown, changed, suspended, reactivated and deleted, each change a row of who made it', async () => {
    const user = await aNewUser({ department: 'finance' });
    expect(user).toMatchObject({ role: 'user', department: 'finance', status: 'active' });
    const path = `/users/${user.id}`;
    const steps: [string, string, object | undefined, object][] = [
      ['PATCH', path, { display_name: 'Ana Silva' }, { display_name: 'Ana Silva' }],
      ['PUT', `${path}/role`, { role: 'service' }, { role: 'service' }],
      ['PUT', `${path}/department`, { department: null }, { department: null }],
      ['POST', `${path}/suspend`, undefined, { status: 'suspended' }],
      ['POST', `${path}/reactivate`, undefined, { status: 'active' }],
      ['DELETE', path, undefined, { status: 'deleted' }],
    ];
    for (const [method, at, body, wanted] of steps) {
      const answer = await ask(method, at, admin, body);
      expect(answer.status, at).toBe(200);
      expect(answer.body.user, at).toMatchObject(wanted);
    }
    expect(await eventsOf(user.id)).toEqual([
      'user.created',
      'user.updated',
      'role.changed',
      'user.updated',
      'user.suspended',
      'user.updated',
      'user.deleted',
    ]);
    const { rows } = await server.sql.query(
      "select 1 from audit_log where evaluation::text like '%Ana Silva%'",
    );
    expect(rows).toEqual([]);
  });

  it.each([
    ['POST', '/users', { email: 'no address' }, 400, 'IDENTITY_EMAIL_INVALID'],
    ['POST', '/users', { email: 'maya@example.test' }, 409, 'IDENTITY_EMAIL_TAKEN'],
    ['POST', '/users', { email: 'a@b.test', role: 'root' }, 400, 'REQUEST_INVALID'],
    ['POST', '/users', { email: 'a@b.test', id: 'x' }, 400, 'REQUEST_INVALID'],
    ['POST', '/users', { email: ['a@b.test'] }, 400, 'REQUEST_INVALID'],
    ['PATCH', '/users/maya@example.test', { email: 'jon@example.test' }, 409, 'IDENTITY_EMAIL_TAKEN'],
    ['PATCH', '/users/maya@example.test', {}, 400, 'IDENTITY_NOTHING_TO_CHANGE'],
    ['PUT', '/users/admin@localhost/role', { role: 'user' }, 400, 'IDENTITY_LAST_ADMIN'],
    ['DELETE', '/users/nobody@example.test', undefined, 404, 'IDENTITY_USER_UNKNOWN'],
    ['GET', '/users?limit=1000', undefined, 400, 'REQUEST_INVALID'],
    ['POST', '/users/bulk', { action: 'delete', filter: {} }, 400, 'IDENTITY_BULK_UNBOUNDED'],
    ['POST', '/users/bulk', { action: 'promote', filter: { role: 'user' } }, 400, 'REQUEST_INVALID'],
  ])('refuse %s %s %j', async (method, path, body, status, code) => {
    const answer = await ask(method, path, admin, body);
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('are administrators’ to see and change', async () => {
    for (const [method, path, body] of [
      ['GET', '/users', undefined],
      ['POST', '/users', { email: 'x@example.test' }],
      ['PUT', '/users/maya@example.test/role', { role: 'admin' }],
      ['POST', '/users/bulk', { action: 'delete', filter: { role: 'user' } }],
    ] as const) {
      expect(await ask(method, path, maya, body)).toMatchObject({
        status: 403,
        body: { code: 'PERMISSION_MISSING' },
      });
    }
  });

  it('are changed many at once, but never the one who asks, and only said with dry_run', async () => {
    await aNewUser({ department: 'bulk' });
    await aNewUser({ department: 'bulk' });
    const body = { action: 'suspend', filter: { department: 'bulk' } };
    const dry = await ask('POST', '/users/bulk', admin, { ...body, dry_run: true });
    expect(dry.body).toMatchObject({ matched: [{ status: 'active' }, { status: 'active' }], changed: [] });
    expect((await ask('POST', '/users/bulk', admin, body)).body.changed).toHaveLength(2);
    const all = await ask('POST', '/users/bulk', admin, { action: 'suspend', filter: { role: 'admin' } });
    expect(all.body).toMatchObject({ matched: [], changed: [], failed: [] });
  });
});

describe('API keys', () => {
  it('are made by their user, shown once, good for their scopes, and revoked', async () => {
    const created = await ask('POST', '/api-keys', maya, {
      name: 'CI',
      scopes: ['audit:read:self'],
      days: 7,
    });
    expect(created.status).toBe(201);
    const { key, api_key: view } = created.body;
    expect(key).toMatch(/^gak_/);
    expect(key.startsWith(view.prefix)).toBe(true);
    const listed = await ask('GET', '/api-keys', maya);
    expect(JSON.stringify(listed.body)).not.toContain(key);
    expect(listed.body.api_keys).toMatchObject([{ id: view.id, name: 'CI', status: 'live' }]);
    expect((await ask('GET', '/audit', key)).status).toBe(200);
    expect((await ask('GET', '/sessions', key)).status).toBe(403);
    expect(await ask('POST', '/api-keys', key, { name: 'more', scopes: ['api'] })).toMatchObject({
      status: 403,
    });
    expect((await ask('DELETE', `/api-keys/${view.id}`, maya)).body.api_key.status).toBe('operator');
    expect((await ask('GET', '/audit', key)).status).toBe(401);
  });

  it('with the scope api make no other key, and never reach beyond their user', async () => {
    const { body } = await ask('POST', '/api-keys', maya, { name: 'all', scopes: ['api'] });
    expect(await ask('POST', '/api-keys', body.key, { name: 'more', scopes: ['api'] })).toMatchObject({
      status: 403,
      body: { code: 'API_KEY_FORBIDDEN' },
    });
    expect((await ask('GET', '/users', body.key)).status).toBe(403);
    const rotated = await ask('POST', `/api-keys/${body.api_key.id}/rotate`, maya);
    expect(rotated.status).toBe(201);
    expect((await ask('GET', '/audit', body.key)).status).toBe(401);
    expect((await ask('GET', '/audit', rotated.body.key)).status).toBe(200);
  });

  it('of others are an administrator’s', async () => {
    const { body } = await ask('POST', '/api-keys', admin, { name: 'admin', scopes: ['api'] });
    for (const [method, path] of [
      ['DELETE', `/api-keys/${body.api_key.id}`],
      ['POST', `/api-keys/${body.api_key.id}/rotate`],
    ] as const) {
      expect((await ask(method, path, maya)).status).toBe(403);
    }
    const userId = body.api_key.user_id;
    expect((await ask('GET', `/api-keys?user_id=${userId}`, maya)).status).toBe(403);
    expect(
      (await ask('POST', '/api-keys', maya, { name: 'x', scopes: ['api'], user_id: userId })).status,
    ).toBe(403);
  });
});

describe('sessions', () => {
  it('are listed and ended, one’s own or with the permission everybody’s', async () => {
    await server.login('jon@example.test');
    const jon = await server.token('jon@example.test');
    const own = (await ask('GET', '/sessions', jon)).body.sessions;
    const [{ user_id: jonId }] = own;
    expect(own.every((one: Body) => one.user_id === jonId)).toBe(true);
    const [mayas] = (await ask('GET', '/sessions', maya)).body.sessions;
    expect((await ask('DELETE', `/sessions/${mayas.id}`, jon)).status).toBe(403);
    expect((await ask('GET', `/sessions?user_id=${mayas.user_id}`, jon)).status).toBe(403);
    const one = await ask('DELETE', `/sessions/${own[0].id}`, jon);
    expect(one.body.session.status).toMatch(/logout|operator/);
    expect((await ask('DELETE', `/sessions?user_id=${jonId}`, admin)).body.ended).toBeGreaterThan(0);
    expect((await ask('GET', '/sessions', jon)).status).toBe(401);
  });
});

describe('bans', () => {
  it('are added, listed and lifted', async () => {
    const { body } = await ask('POST', '/ip-bans', admin, {
      network: '203.0.113.7',
      reason: 'scanner',
      duration_seconds: 60,
    });
    expect(body.ip_ban).toMatchObject({ network: '203.0.113.7/32', reason: 'scanner', status: 'in_force' });
    expect((await ask('POST', '/ip-bans', admin, { network: '203.0.113.7', reason: 'again' })).status).toBe(
      409,
    );
    expect((await ask('GET', '/ip-bans', admin)).body.ip_bans).toHaveLength(1);
    expect((await ask('DELETE', `/ip-bans/${body.ip_ban.id}`, admin)).body.ip_ban.status).toBe('lifted');
    expect((await ask('GET', '/ip-bans', admin)).body.ip_bans).toHaveLength(0);
    expect((await ask('GET', '/ip-bans?all=true', admin)).body.ip_bans).toHaveLength(1);
    expect((await ask('GET', '/ip-bans', maya)).status).toBe(403);
    for (const network of ['127.0.0.1', '0.0.0.0/0', 'localhost', '']) {
      expect((await ask('POST', '/ip-bans', admin, { network, reason: 'x' })).status).toBe(400);
    }
  });
});

describe('a browser’s session at the API', () => {
  it('reads with its cookie, and writes only with the token of its pages beside it', async () => {
    const visitor = new PlainBrowser(server.port);
    const { url } = await server.app.get(LoginLinks).create('admin@localhost');
    const code = new URL(url.reveal()).searchParams.get('code')!;
    await visitor.post('/login/link', { code });
    const csrf = fieldOf(await visitor.open('/login'), 'csrf_token');
    const { cookie } = visitor;
    expect((await ask('GET', '/users', '', undefined, { cookie })).status).toBe(200);
    const body = { email: 'cookie@example.test' };
    const origin = `http://127.0.0.1:${server.port}`;
    for (const headers of [{}, { 'x-csrf-token': 'x' }, { 'x-csrf-token': `${csrf}x` }, { origin }]) {
      expect((await ask('POST', '/users', '', body, { cookie, ...headers })).status).toBe(401);
    }
    const foreign = { cookie, 'x-csrf-token': csrf, origin: 'https://evil.example' };
    expect((await ask('POST', '/users', '', body, foreign)).status).toBe(403);
    expect((await ask('POST', '/users', '', body, { cookie, 'x-csrf-token': csrf })).status).toBe(201);
    expect((await ask('GET', '/users', 'garbage', undefined, { cookie })).status).toBe(401);
  });
});
