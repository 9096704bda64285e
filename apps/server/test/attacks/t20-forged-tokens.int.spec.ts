import { AccessTokens, HookCredentials, type Resource, Sessions, TokenKey, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { type Forger, forgerOf } from '../support/forge.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

interface Door {
  readonly name: string;
  readonly resource: Resource;
  /** Presents a credential; says whether the door opened, and that it refused in its own form. */
  readonly present: (
    server: TestServer,
    credential: string,
    traceparent: string,
  ) => Promise<'open' | 'refused'>;
}

const DOORS: readonly Door[] = [
  {
    name: 'hook',
    resource: 'hooks',
    present: async (server, credential, traceparent) => {
      const call = preToolUse('Read', { file_path: 'a.txt' });
      const { status, body } = await postHook(server, credential, call, { headers: { traceparent } });
      expect(status).toBe(200);
      return body.hookSpecificOutput?.permissionDecision === 'allow' ? 'open' : 'refused';
    },
  },
  {
    name: 'MCP',
    resource: 'mcp/everything',
    present: async (server, credential, traceparent) => {
      const client = new RawClient({ url: `http://127.0.0.1:${server.port}` }, 'everything', credential);
      const call = { name: 'echo', arguments: { message: 'hi' } };
      const { status, headers } = await client.send(
        { jsonrpc: '2.0', id: 1, method: 'tools/call', params: call },
        { traceparent },
      );
      // Without a session of the protocol a genuine token gets as far as being told so.
      if (status !== 401) return 'open';
      expect(headers.get('www-authenticate')).toMatch(/^Bearer /);
      return 'refused';
    },
  },
  {
    name: 'REST',
    resource: 'api',
    present: async (server, credential, traceparent) => {
      const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/audit`, {
        headers: { authorization: `Bearer ${credential}`, traceparent },
      });
      if (response.status === 200) return 'open';
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'TOKEN_INVALID' });
      return 'refused';
    },
  },
];

/** What a forger has who holds the signing key, and a session of his own. */
interface Workshop extends Forger {
  readonly server: TestServer;
  readonly resource: Resource;
  readonly otherSessionId: string;
  readonly otherUserId: string;
}

const NOW_S = Math.floor(Date.now() / 1000);
const without = (payload: object, name: string) =>
  Object.fromEntries(Object.entries(payload).filter(([each]) => each !== name));
const unsigned = (token: string) => token.slice(0, token.lastIndexOf('.') + 1);

const FORGERIES: readonly [string, (workshop: Workshop) => string | Promise<string>][] = [
  [
    'no algorithm and no signature',
    ({ sign, header, payload }) => unsigned(sign({ ...header, alg: 'none' }, payload)),
  ],
  [
    'no algorithm, spelt oddly',
    ({ sign, header, payload }) => unsigned(sign({ ...header, alg: 'nOnE' }, payload)),
  ],
  ['a genuine head and no signature', ({ genuine }) => unsigned(genuine)],
  [
    'another algorithm',
    ({ sign, header, payload }) => sign({ ...header, alg: 'HS512' }, payload, { hash: 'sha512' }),
  ],
  [
    'an algorithm that it was not signed with',
    ({ sign, header, payload }) => sign({ ...header, alg: 'RS256' }, payload),
  ],
  ['another type', ({ sign, header, payload }) => sign({ ...header, typ: 'JWT' }, payload)],
  ['another key', ({ sign, header, payload }) => sign(header, payload, { key: Buffer.alloc(32, 7) })],
  ['an empty key', ({ sign, header, payload }) => sign(header, payload, { key: '' })],
  ['the id of another key', ({ sign, header, payload }) => sign({ ...header, kid: 'other' }, payload)],
  [
    'a path as the id of an empty key',
    ({ sign, header, payload }) => sign({ ...header, kid: '../../../dev/null' }, payload, { key: '' }),
  ],
  [
    'a key of its own',
    ({ sign, header, payload }) =>
      sign({ ...header, jwk: { kty: 'oct', k: 'AAAA' } }, payload, { key: Buffer.alloc(3) }),
  ],
  [
    'an address of keys',
    ({ sign, header, payload }) => sign({ ...header, jku: 'http://evil.example/keys' }, payload),
  ],
  ['a critical header', ({ sign, header, payload }) => sign({ ...header, crit: ['exp'] }, payload)],
  [
    'a foreign issuer',
    ({ sign, header, payload }) => sign(header, { ...payload, iss: 'http://evil.example' }),
  ],
  [
    'a foreign audience',
    ({ sign, header, payload }) => sign(header, { ...payload, aud: 'http://evil.example/mcp/everything' }),
  ],
  ['several audiences', ({ sign, header, payload }) => sign(header, { ...payload, aud: [payload.aud, 'x'] })],
  ['the audience of another server', ({ server }) => server.token('maya@example.test', 'mcp/filesystem')],
  ['no session', ({ sign, header, payload }) => sign(header, without(payload, 'sid'))],
  [
    'a session that never was',
    ({ sign, header, payload }) => sign(header, { ...payload, sid: '01900000-0000-7000-8000-000000000000' }),
  ],
  [
    "another one's session",
    ({ sign, header, payload, otherSessionId }) => sign(header, { ...payload, sid: otherSessionId }),
  ],
  [
    'another user in its own session',
    ({ sign, header, payload, otherUserId }) => sign(header, { ...payload, sub: otherUserId }),
  ],
  ['a role', ({ sign, header, payload }) => sign(header, { ...payload, role: 'admin' })],
  ['another client', ({ sign, header, payload }) => sign(header, { ...payload, client_id: 'someone' })],
  [
    'an agent that the session is not of',
    ({ sign, header, payload }) => sign(header, { ...payload, agent: 'developer_agent' }),
  ],
  [
    'an end in the past',
    ({ sign, header, payload }) => sign(header, { ...payload, iat: NOW_S - 7200, exp: NOW_S - 3600 }),
  ],
  [
    'a beginning in the future',
    ({ sign, header, payload }) => sign(header, { ...payload, iat: NOW_S + 3600, exp: NOW_S + 7200 }),
  ],
  [
    'an end that is no number',
    ({ sign, header, payload }) => sign(header, { ...payload, exp: '9999999999' }),
  ],
  ['no end', ({ sign, header, payload }) => sign(header, without(payload, 'exp'))],
  [
    'a claim twice',
    ({ sign, header, payload }) => sign(header, `${JSON.stringify(payload).slice(0, -1)},"sub":"x"}`),
  ],
  ['a payload that is no object', ({ sign, header }) => sign(header, '"admin"')],
  [
    'one character of the signature changed',
    ({ genuine }) => genuine.slice(0, -2) + (genuine.at(-2) === 'A' ? 'B' : 'A') + genuine.slice(-1),
  ],
  ['padding after the signature', ({ genuine }) => `${genuine}=`],
  ['a fourth part', ({ genuine }) => `${genuine}.AAAA`],
  [
    'a revoked session',
    async ({ server, resource }) => {
      const session = await server.login('jon@example.test');
      const token = await tokenOf(server, session.id, resource);
      await server.app.get(Sessions).revoke(session.id);
      return token;
    },
  ],
  [
    'a suspended user',
    async ({ server, resource }) => {
      const user = await server.app.get(Users).create({ email: `gone-${resource.length}@example.test` });
      const token = await server.token(user.email, resource);
      await server.app.get(Users).suspend(user.id);
      return token;
    },
  ],
];

async function tokenOf(server: TestServer, sessionId: string, resource: Resource): Promise<string> {
  const session = await server.app.get(Sessions).get(sessionId);
  return server.app.get(AccessTokens).issue({ session, resource });
}

let traces = 0;

function aTraceId(): string {
  traces += 1;
  return traces.toString(16).padStart(32, 'f');
}

describe.each(DOORS)('a forged token at the $name door', ({ resource, present }) => {
  let server: TestServer;
  let workshop: Workshop;

  beforeAll(async () => {
    server = await aServer();
    await server.discovered;
    const genuine = await server.token('maya@example.test', resource);
    const other = await server.login('admin@localhost');
    const forger = forgerOf(genuine, server.app.get(TokenKey).reveal());
    workshop = { ...forger, server, resource, otherSessionId: other.id, otherUserId: other.userId };
  });
  afterAll(() => server.end());

  it('opens nothing that the genuine one and a faithful copy of it open', async () => {
    const { genuine, header, payload, sign } = workshop;
    expect(sign(header, payload)).toBe(genuine);
    expect(await present(server, genuine, `00-${aTraceId()}-00f067aa0ba902b7-01`)).toBe('open');
  });

  it.each(FORGERIES)('with %s is refused, and is a row of an unknown caller', async (_what, forge) => {
    const traceId = aTraceId();
    const token = await forge(workshop);
    expect(await present(server, token, `00-${traceId}-00f067aa0ba902b7-01`)).toBe('refused');
    const { rows } = await server.sql.query<Record<string, string>>(
      `select user_id, session_id, client_id, role, decision, policy, row_to_json(a)::text as text
         from audit_log a where trace_id = $1`,
      [traceId],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      user_id: 'anonymous',
      session_id: 'none',
      client_id: 'none',
      role: 'anonymous',
      decision: 'deny',
      policy: 'token_invalid',
    });
    for (const part of token.split('.')) if (part.length > 20) expect(rows[0]!.text).not.toContain(part);
  });

  it('is no better as a hook credential made up or of another door', async () => {
    const { otherUserId } = workshop;
    const { text } = await server.app
      .get(HookCredentials)
      .issue({ userId: otherUserId, clientId: 'claude-code', deviceId: 'laptop' });
    const trace = () => `00-${aTraceId()}-00f067aa0ba902b7-01`;
    const real = text.reveal();
    expect(await present(server, real, trace())).toBe(resource === 'hooks' ? 'open' : 'refused');
    const forged = `${real.slice(0, -4)}AAAA`;
    expect(await present(server, forged, trace())).toBe('refused');
    expect(await present(server, 'ghk_admin', trace())).toBe('refused');
  });
});
