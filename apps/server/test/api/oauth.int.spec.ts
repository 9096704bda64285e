import { Sessions, Users } from '@gatehouse/identity';
import { Consents, Grants } from '@gatehouse/oauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenRequest } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from '../support/a-server.ts';

let server: TestServer;
let admin: string;
let maya: string;
beforeAll(async () => {
  server = await aServer();
  admin = await server.token('admin@localhost');
  maya = await server.token('maya@example.test');
});
afterAll(() => server.end());

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes, read by tests.
type Body = Record<string, any>;

async function ask(method: string, path: string, token: string, body?: object) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}
const idOf = async (email: string) => (await server.app.get(Users).get(email)).id;
const last = async (event: string) => {
  const { rows } = await server.sql.query(
    "select user_id, evaluation -> 'detail' as detail from audit_log where event = $1 order by id desc limit 1",
    [event],
  );
  return rows[0] as { user_id: string; detail: Body };
};

describe('clients', () => {
  it('are made with a secret that is shown once and works, listed without it, and removed with what they hold', async () => {
    const user = await server.app.get(Users).create({ email: 'nightly@example.test', role: 'service' });
    const { status, body } = await ask('POST', '/clients', admin, { name: 'Nightly', user: user.email });
    expect(status).toBe(201);
    expect(body).toMatchObject({ client: { kind: 'service', name: 'Nightly', user_id: user.id } });
    const id = body.client.client_id as string;
    expect(await last('client.registered')).toMatchObject({
      user_id: await idOf('admin@localhost'),
      detail: { clientId: id },
    });
    const grant = {
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: body.client_secret as string,
      resource: `${server.url}/api/v1`,
      scope: 'api',
    };
    const basic = Buffer.from(`${id}:${grant.client_secret}`).toString('base64');
    const { client_secret: _secret, client_id: _id, ...fields } = grant;
    const issued = await tokenRequest(server, fields, { authorization: `Basic ${basic}` });
    expect(issued.status).toBe(200);
    const listed = await ask('GET', '/clients', admin);
    expect(listed.body.clients).toContainEqual(expect.objectContaining({ client_id: id }));
    expect(JSON.stringify(listed.body)).not.toContain(grant.client_secret);
    expect((await ask('GET', '/clients?kind=registered', admin)).body).toEqual({ clients: [] });
    expect((await ask('DELETE', `/clients/${id}`, admin)).status).toBe(200);
    expect((await ask('GET', '/sessions', String(issued.body.access_token))).status).toBe(401);
    expect((await ask('DELETE', `/clients/${id}`, admin)).body.code).toBe('OAUTH_CLIENT_UNKNOWN');
    expect(await last('client.removed')).toMatchObject({ detail: { clientId: id } });
  });

  it.each([
    [{}, 'REQUEST_INVALID'],
    [{ name: 'x', user: 'maya@example.test' }, 'OAUTH_CLIENT_USER_INVALID'],
    [{ name: 'x', user: 'nobody@example.test' }, 'OAUTH_CLIENT_USER_INVALID'],
    [{ name: 'a\nb', user: 'nightly@example.test' }, 'OAUTH_CLIENT_NAME_INVALID'],
    [{ name: 'x', user: 'nightly@example.test', secret: 'mine' }, 'REQUEST_INVALID'],
  ])('are not made of %j', async (body, code) => {
    const answer = await ask('POST', '/clients', admin, body);
    expect(answer.body.code).toBe(code);
    expect(answer.status).toBe(400);
  });

  it('are for those who may, and an API key makes none', async () => {
    for (const [method, path] of [
      ['GET', '/clients'],
      ['POST', '/clients'],
      ['DELETE', '/clients/x'],
    ] as const) {
      expect((await ask(method, path, '')).status).toBe(401);
      const denied = await ask(method, path, maya, method === 'POST' ? { name: 'x', user: 'y' } : undefined);
      expect(denied).toMatchObject({ status: 403, body: { code: 'PERMISSION_MISSING' } });
    }
    const { body } = await ask('POST', '/api-keys', admin, { name: 'k', scopes: ['api'] });
    const made = await ask('POST', '/clients', body.key as string, {
      name: 'x',
      user: 'nightly@example.test',
    });
    expect(made).toMatchObject({ status: 403, body: { code: 'API_KEY_FORBIDDEN' } });
  });
});

describe('consents', () => {
  const CLIENT = 'https://client.example/client.json';
  const resource = () => `${server.url}/mcp/everything`;
  const consentOf = async (email: string) => ({
    userId: await idOf(email),
    clientId: CLIENT,
    redirectUri: 'https://client.example/callback',
    resource: resource(),
    scopes: ['mcp:everything'],
  });
  /** What a person agreed to and had remembered, and the session that came of it. */
  async function given(email: string, id: string) {
    const consent = await consentOf(email);
    await server.app.get(Consents).remember(consent);
    await server.app.get(Grants).open({ id, ...consent });
    return server.app.get(Grants).session(id);
  }

  it('are listed, one’s own or everybody’s, and withdrawn with what came of them', async () => {
    const own = await given('maya@example.test', 'grant-of-maya-0123456789');
    const others = await given('jon@example.test', 'grant-of-jon-01234567890');
    const { body } = await ask('GET', '/consents', maya);
    expect(body.consents).toEqual([
      expect.objectContaining({
        user_id: await idOf('maya@example.test'),
        client_id: CLIENT,
        redirect_host: 'client.example',
        resource: resource(),
        scopes: ['mcp:everything'],
      }),
    ]);
    const all = (await ask('GET', '/consents', admin)).body.consents as Body[];
    expect(all).toHaveLength(2);
    const jons = all.find(({ id }) => id !== body.consents[0].id)!.id as string;
    expect(await ask('DELETE', `/consents/${jons}`, maya)).toMatchObject({
      status: 403,
      body: { code: 'PERMISSION_MISSING' },
    });
    const mayas = body.consents[0].id as string;
    expect((await ask('DELETE', `/consents/${mayas}`, maya)).status).toBe(200);
    expect(await last('admin.consent_withdrawn')).toMatchObject({
      user_id: await idOf('maya@example.test'),
      detail: { clientId: expect.stringMatching(/^url:client\.example:/), resource: resource() },
    });
    const sessions = server.app.get(Sessions);
    expect((await sessions.get(own.id)).revokedReason).toBe('logout');
    expect((await sessions.get(others.id)).revokedAt).toBeNull();
    const consents = server.app.get(Consents);
    expect(await consents.remembers(await consentOf('maya@example.test'))).toBe(false);
    expect(await consents.remembers(await consentOf('jon@example.test'))).toBe(true);
    expect((await ask('DELETE', `/consents/${mayas}`, maya)).body.code).toBe('OAUTH_CONSENT_UNKNOWN');
    expect((await ask('DELETE', `/consents/${jons}`, admin)).status).toBe(200);
  });
});
