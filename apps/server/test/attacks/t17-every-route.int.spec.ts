import { AccessTokens } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { type PlainAnswer, plainRequest } from '../support/plain-request.ts';
import { everyRoute, isWrite, type Route } from '../support/routes.ts';

let server: TestServer;
let routes: readonly Route[];
let admin: string;
let forMcp: string;

beforeAll(async () => {
  server = await aServer();
  await server.discovered;
  routes = await everyRoute(server.port);
  await haveTokens();
});

/** Among the routes are those that end sessions: whoever has sent something to all of them needs new tokens. */
async function haveTokens(): Promise<void> {
  const session = await server.login('admin@localhost');
  const tokens = server.app.get(AccessTokens);
  admin = await tokens.issue({ session, resource: 'api' });
  forMcp = await tokens.issue({ session, resource: 'mcp/everything' });
}
afterAll(() => server.end());

const GOVERN = 'POST /api/v1/hooks/govern';
/** The hook door answers 200 whatever comes, because its clients take anything else as leave to go on. */
const isHookDenial = ({ status, text }: PlainAnswer) =>
  status === 200 && JSON.parse(text).hookSpecificOutput?.permissionDecision === 'deny';

/** The route with a token that is good for it and a body that it would read, so that nothing else refuses. */
function send(route: Route, headers: Record<string, string> = {}, body: string | undefined = bodyOf(route)) {
  const token = route.path.startsWith('/mcp/') ? forMcp : admin;
  return plainRequest(server.port, {
    method: route.method,
    path: route.path,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, text/event-stream',
      ...(isWrite(route) && body !== undefined ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(isWrite(route) && body !== undefined ? { body } : {}),
  });
}

function bodyOf({ path }: Route): string | undefined {
  if (path.startsWith('/mcp/')) return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  if (path.startsWith('/api/v1/hooks/')) {
    return JSON.stringify({
      hook_event_name: 'PreToolUse',
      tool_name: 'Read',
      tool_input: { file_path: 'a' },
    });
  }
  return '{}';
}

async function refusedEverywhere(headers: Record<string, string>, codes: readonly string[]): Promise<void> {
  for (const route of routes) {
    const answer = await send(route, headers);
    if (route.name === GOVERN) expect(isHookDenial(answer), route.name).toBe(true);
    else {
      expect(answer.status, route.name).toBe(403);
      expect(codes, route.name).toContain(JSON.parse(answer.text).code);
    }
    expect(answer.headers['access-control-allow-origin'], route.name).toBeUndefined();
  }
}

describe('every route', () => {
  it('is known: of the document and of the table', () => {
    const names = routes.map(({ name }) => name);
    for (const name of [
      'GET /api/v1/audit/stream',
      'POST /api/v1/governance/policy/apply',
      GOVERN,
      'GET /metrics',
    ]) {
      expect(names).toContain(name);
    }
    expect(names.length).toBeGreaterThan(15);
  });

  it.each([
    ['another name', 'evil.example'],
    ['another name with our port', 'evil.example:PORT'],
    ['a name that begins like ours', 'localhost.evil.example:PORT'],
    ['a name that resolves to loopback', '127.0.0.1.nip.io:PORT'],
    ['our name with another port', 'localhost:1'],
    ['our name without a port', 'localhost'],
    ['the unspecified address', '0.0.0.0:PORT'],
    ['a mapped address', '[::ffff:127.0.0.1]:PORT'],
    ['another loopback address', '127.0.0.2:PORT'],
    ['a number', '2130706433:PORT'],
    ['a name with credentials', 'localhost:PORT@evil.example'],
    ['a name with a trailing dot', 'localhost.:PORT'],
    ['two names', 'localhost:PORT, evil.example'],
  ])('refuses %s as Host', async (_what, host) => {
    await refusedEverywhere({ host: host.replace('PORT', String(server.port)) }, ['HOST_REFUSED']);
  });

  it.each([
    ['of another site', 'https://evil.example'],
    ['null, which a sandboxed frame sends', 'null'],
    ['on another port of this machine', 'http://localhost:3000'],
    ['on the default port of this machine', 'http://localhost'],
    ['with our port and another scheme', 'https://localhost:PORT'],
    ['that begins like ours', 'http://localhost:PORT.evil.example'],
    ['with credentials', 'http://evil@localhost:PORT'],
    ['with a path', 'http://localhost:PORT/'],
    ['of an extension', 'chrome-extension://abcdefghijklmnop'],
    ['of a file', 'file://'],
    ['that is empty', ''],
  ])('refuses an Origin %s', async (_what, origin) => {
    await refusedEverywhere({ origin: origin.replace('PORT', String(server.port)) }, ['ORIGIN_REFUSED']);
  });

  it.each(['cross-site', 'same-site', 'whatever'])('refuses what a browser marks as %s', async (site) => {
    await refusedEverywhere({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }, ['ORIGIN_REFUSED']);
  });

  it('does not take the word of forwarded headers, neither for a Host nor against one', async () => {
    const ours = `127.0.0.1:${server.port}`;
    await refusedEverywhere(
      { host: 'evil.example', 'x-forwarded-host': ours, forwarded: `host=${ours}`, 'x-original-host': ours },
      ['HOST_REFUSED'],
    );
    for (const route of routes) {
      const { status, text, headers } = await send(route, {
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '203.0.113.7',
        forwarded: 'for=203.0.113.7;host=evil.example',
      });
      expect(status, route.name).not.toBe(403);
      expect(`${JSON.stringify(headers)}${text}`, route.name).not.toContain('evil.example');
    }
  });

  it('takes a token from no address', async () => {
    for (const route of routes.filter(
      ({ path }) => path.startsWith('/api/v1/') || path.startsWith('/mcp/'),
    )) {
      const answer = await plainRequest(server.port, {
        method: route.method,
        path: `${route.path}?access_token=${admin}&token=${admin}&authorization=Bearer%20${admin}`,
        headers: { 'content-type': 'application/json' },
        ...(isWrite(route) ? { body: bodyOf(route)! } : {}),
      });
      if (route.name === GOVERN) expect(isHookDenial(answer)).toBe(true);
      else expect(answer.status, route.name).toBe(401);
    }
  });

  it('answers no preflight of another site', async () => {
    for (const { path, name } of routes) {
      const { status, headers } = await plainRequest(server.port, {
        method: 'OPTIONS',
        path,
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      expect(status, name).toBe(403);
      expect(
        Object.keys(headers).filter((header) => header.startsWith('access-control')),
        name,
      ).toEqual([]);
    }
  });

  it('is answered from our own page and by programs', async () => {
    const ours: Record<string, string>[] = [
      {},
      { origin: `http://localhost:${server.port}`, 'sec-fetch-site': 'same-origin' },
      { host: `[::1]:${server.port}` },
      { host: `LOCALHOST:${server.port}`, 'sec-fetch-site': 'none' },
    ];
    for (const headers of ours) {
      for (const route of routes) {
        const { status, text } = await send(route, headers);
        expect(status === 403 ? text : '', route.name).not.toMatch(/HOST_REFUSED|ORIGIN_REFUSED/);
      }
    }
  });
});

const PROGRAMS = /^\/oauth\/(?:introspect|revoke|userinfo)$/;

describe('a write', () => {
  beforeAll(haveTokens);

  it.each([
    ['a form', 'application/x-www-form-urlencoded', 'version=1&name=everything'],
    ['a multipart form', 'multipart/form-data; boundary=x', '--x\r\n\r\n{}\r\n--x--\r\n'],
    ['plain text that is JSON', 'text/plain', '{}'],
    ['plain text that claims JSON', 'text/plain; application/json', '{}'],
    ['JSON of another kind', 'text/json', '{}'],
    ['a type that is none', 'json', '{}'],
    ['no type', '', '{}'],
  ])('is refused as %s', async (_what, type, text) => {
    for (const route of routes.filter(isWrite)) {
      if (route.method === 'DELETE') continue;
      const answer = await plainRequest(server.port, {
        method: route.method,
        path: route.path,
        headers: {
          authorization: `Bearer ${route.path.startsWith('/mcp/') ? forMcp : admin}`,
          accept: 'application/json, text/event-stream',
          ...(type === '' ? {} : { 'content-type': type }),
        },
        body: text,
      });
      if (route.name === GOVERN) expect(isHookDenial(answer), route.name).toBe(true);
      // Programs, which no page can make, say who they are in a form where OAuth has it so.
      else if (PROGRAMS.test(route.path)) expect([400, 401, 415], route.name).toContain(answer.status);
      else expect([400, 415], route.name).toContain(answer.status);
    }
  });

  it('is not made of a read by a header or a parameter', async () => {
    const before = await restarts();
    for (const route of routes.filter((one) => isWrite(one) && !one.raw)) {
      for (const method of ['GET', 'HEAD']) {
        const { status } = await plainRequest(server.port, {
          method,
          path: `${route.path}?_method=${route.method}`,
          headers: {
            authorization: `Bearer ${admin}`,
            'x-http-method-override': route.method,
            'x-http-method': route.method,
            'x-method-override': route.method,
          },
        });
        // Where there is a read of that path too, it is the read that answers, and knows no such parameter.
        const read = routes.some(({ method: other, path }) => other === 'GET' && path === route.path);
        expect([...(read ? [400] : []), 404, 405], route.name).toContain(status);
      }
    }
    expect(await restarts()).toBe(before);
  });

  async function restarts(): Promise<number> {
    const { rowCount } = await server.sql.query(
      "select from audit_log where event = 'admin.mcp_server_restarted'",
    );
    return rowCount ?? 0;
  }
});

describe('every answer', () => {
  const HTML = 'text/html; charset=utf-8';
  const NEEDED = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
  };

  it('has the headers that keep a browser from doing anything with it', async () => {
    const nowhere = { method: 'GET', path: '/no/such/place', name: 'nowhere', raw: false };
    for (const route of [...routes, nowhere]) {
      for (const headers of [{}, { host: 'evil.example' }, { authorization: 'Bearer nonsense' }]) {
        const answer = await send(route, headers);
        expect(answer.headers, route.name).toMatchObject(NEEDED);
        // Under `no-referrer` a browser would not say that a form comes from our own page.
        const isOwnPage =
          /^\/(login|logout|oauth)/.test(route.path) && answer.headers['content-type'] === HTML;
        expect(answer.headers['referrer-policy'], route.name).toBe(isOwnPage ? 'same-origin' : 'no-referrer');
        expect(answer.headers['cache-control'], route.name).toMatch(/no-store|no-cache/);
        expect(answer.headers['content-security-policy'], route.name).toContain("default-src 'none'");
        expect(answer.headers['content-security-policy'], route.name).not.toContain('unsafe-inline');
        expect(answer.headers['set-cookie'], route.name).toBeUndefined();
        expect(answer.headers['x-powered-by'], route.name).toBeUndefined();
      }
    }
  });

  it('lets the page of the API run our own scripts and styles alone', async () => {
    const { headers, text } = await plainRequest(server.port, { path: '/api/docs' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy.match(/'sha256-/g)).toHaveLength(3);
    expect(text).not.toMatch(/<script>|<script [^>]*src=["']https?:|href=["']https?:/);
  });
});
