import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callDoors } from '../doors/call-doors.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';

/*
 * What a client says of itself in headers that some proxy somewhere would be believed for (claim G2): at every door the
 * stored session behind the token decides, and the row is of that session.
 */
let server: TestServer;
const calls = callDoors(() => server);

beforeAll(async () => {
  server = await aServer();
  await server.discovered;
});
afterAll(() => server.end());

const HEADERS: readonly [string, string][] = [
  ['x-user-id', 'admin'],
  ['x-user-email', 'admin@localhost'],
  ['x-user-role', 'admin'],
  ['x-user-permissions', '*'],
  ['x-role', 'admin'],
  ['x-session-id', 'root'],
  ['x-agent-id', 'developer_agent'],
  ['x-client-id', 'gatehouse-cli'],
  ['x-department', 'audit'],
  ['x-gatehouse-user', 'admin@localhost'],
  ['x-forwarded-user', 'admin@localhost'],
  ['x-forwarded-email', 'admin@localhost'],
  ['x-forwarded-access-token', 'anything'],
  ['x-auth-request-user', 'admin@localhost'],
  ['x-remote-user', 'admin@localhost'],
  ['remote-user', 'admin@localhost'],
  ['x-proxy-verified', 'true'],
  ['x-forwarded-for', '127.0.0.1'],
  ['x-real-ip', '127.0.0.1'],
  ['forwarded', 'for=127.0.0.1;by=127.0.0.1'],
  ['x-original-url', '/api/v1/users'],
  ['x-rewrite-url', '/api/v1/users'],
  ['x-http-method-override', 'DELETE'],
  ['x-api-key', 'gak_0'],
  ['baggage', 'user_id=admin,role=admin'],
  ['tracestate', 'gatehouse=admin'],
];

/** Whose row it is, as far as headers could have changed it. */
const whose = ({ user_id, session_id, client_id, role, agent_id }: Record<string, unknown>) => ({
  user_id,
  session_id,
  client_id,
  role,
  agent_id,
});

describe.each(Object.keys(calls))('at the %s door', (door) => {
  const denied = { server: 'memory', tool: 'read_graph', input: {} };
  const allowed = { server: 'everything', tool: 'echo', input: { message: 'hi' } };

  it.each(HEADERS)('%s: %s gives nobody more, and is nobody', async (name, value) => {
    const email = 'maya@example.test';
    const headers = { [name]: value };
    const plain = await calls[door]!({ email, ...allowed });
    const spoofed = await calls[door]!({ email, ...allowed, headers });
    expect(whose(spoofed.row)).toEqual(whose(plain.row));
    expect(whose(plain.row)).toMatchObject({ role: 'user', agent_id: null });
    expect((await calls[door]!({ email, ...denied, headers })).policy).toBe('scope_denied');
  });
});

describe('at the API', () => {
  const ask = async (path: string, headers: Record<string, string>) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, { headers });
    return { status: response.status, text: await response.text() };
  };

  it.each(HEADERS)('%s: %s opens nothing without a token, and nothing more with one', async (name, value) => {
    const authorization = `Bearer ${await server.token('maya@example.test')}`;
    expect((await ask('/sessions', { [name]: value })).status).toBe(401);
    expect((await ask('/users', { authorization, [name]: value })).status).toBe(403);
    const owners = ({ text }: { text: string }) =>
      new Set(JSON.parse(text).rows.map((row: { user_id: string }) => row.user_id));
    const own = owners(await ask('/audit?limit=200', { authorization }));
    expect(owners(await ask('/audit?limit=200', { authorization, [name]: value }))).toEqual(own);
    expect(own.size).toBe(1);
  });
});

describe('headers', () => {
  it('give nobody a name, an address or an issuer', async () => {
    const spoofed = {
      'x-user-id': 'someone',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-proxy-verified': 'true',
    };
    const { text } = await plainRequest(server.port, {
      path: '/.well-known/oauth-authorization-server',
      headers: spoofed,
    });
    expect(text).not.toContain('evil.example');
    expect(JSON.parse(text)).toMatchObject({
      issuer: server.url,
      token_endpoint: `${server.url}/oauth/token`,
    });
    const userinfo = await plainRequest(server.port, { path: '/oauth/userinfo', headers: spoofed });
    expect(userinfo.status).toBe(401);
  });
});
