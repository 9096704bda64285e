import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;

beforeAll(async () => {
  server = await aServer();
  await server.discovered;
});

afterAll(() => server.end());

async function get(path: string, token?: string, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: type.includes('json') ? JSON.parse(text) : text };
}

describe('health', () => {
  it('/healthz says which build answers', async () => {
    const { status, body } = await get('/healthz');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      version: '0.1.0',
      commit: expect.stringMatching(/^[0-9a-f]{40}$|^unknown$/),
    });
  });

  it('/readyz says that calls can be decided and recorded, how tools are isolated, and what is not enforced', async () => {
    const { status, body } = await get('/readyz');
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'ready', mode: 'evaluation', audit: { available: true } });
    expect(
      body.mcp_servers.map((one: { name: string; state: string }) => `${one.name} ${one.state}`),
    ).toEqual(['everything ready', 'filesystem ready', 'memory ready', 'gatehouse ready']);
    expect(body.not_enforced).toEqual([]);
    expect(body.isolation).toMatch(/^tools are (?:not )?isolated/);
  });

  it('/metrics counts decisions, rows and spawns', async () => {
    const { body } = await get('/metrics');
    expect(body).toMatch(/^gatehouse_mcp_spawns_total\{server="filesystem"\} 1$/m);
    expect(body).toMatch(/^gatehouse_audit_rows_total \d+$/m);
  });
});

describe('an endpoint of the API', () => {
  it.each([
    ['no token', undefined, 401, 'TOKEN_INVALID'],
    ['garbage', 'garbage', 401, 'TOKEN_INVALID'],
    ['a token for another resource', 'hooks', 401, 'TOKEN_INVALID'],
  ])('answers %s with a problem', async (_name, kind, status, code) => {
    const token = kind === 'hooks' ? await server.token('admin@localhost', 'hooks') : kind;
    const answer = await get('/api/v1/audit', token);
    expect(answer.status).toBe(status);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, code });
  });

  it.each([
    ['/api/v1/audit?limit=0', 'REQUEST_INVALID'],
    ['/api/v1/audit?limit=100000', 'REQUEST_INVALID'],
    ['/api/v1/audit?decision=maybe', 'REQUEST_INVALID'],
    ['/api/v1/audit?nonsense=1', 'REQUEST_INVALID'],
    ['/api/v1/audit?cursor=abc', 'REQUEST_INVALID'],
    ['/api/v1/audit?since=yesterday', 'REQUEST_INVALID'],
    ["/api/v1/audit?user_id=x' or '1'='1", 'REQUEST_INVALID'],
  ])('refuses %s and says which field', async (path, code) => {
    const answer = await get(path, await server.token('admin@localhost'));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code, errors: expect.any(Array) });
  });

  it('answers an unknown row and an unknown address with 404 and a code each', async () => {
    const token = await server.token('admin@localhost');
    expect((await get('/api/v1/audit/no-such-id', token)).body).toMatchObject({
      status: 404,
      code: 'AUDIT_NOT_FOUND',
    });
    expect((await get('/api/v1/nothing', token)).body).toMatchObject({ status: 404 });
  });

  it('lists the rows of everybody to an admin, and to a user its own', async () => {
    const maya = await server.token('maya@example.test');
    const jon = await server.token('jon@example.test');
    await postHook(server, maya, preToolUse('Read', { file_path: 'maya.txt' }));
    await postHook(server, jon, preToolUse('Read', { file_path: 'jon.txt' }));
    const users = async (token: string) => {
      const { body } = await get('/api/v1/audit?event=tool_call.decided', token);
      return new Set(body.rows.map((row: { user_id: string }) => row.user_id)).size;
    };
    expect(await users(await server.token('admin@localhost'))).toBe(2);
    expect(await users(maya)).toBe(1);
  });

  it("does not show another user's trace", async () => {
    const maya = await server.token('maya@example.test');
    await postHook(server, maya, preToolUse('Read', {}, { tool_use_id: 'toolu_private' }));
    expect((await get('/api/v1/audit/toolu_private', maya)).status).toBe(200);
    expect((await get('/api/v1/audit/toolu_private', await server.token('jon@example.test'))).status).toBe(
      404,
    );
  });

  it('refuses what the role may not do, and leaves a row', async () => {
    const maya = await server.token('maya@example.test');
    const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/mcp-servers/memory/restart`, {
      method: 'POST',
      headers: { authorization: `Bearer ${maya}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'PERMISSION_MISSING' });
    const { rows } = await server.sql.query(
      `select action, policy from audit_log where event = 'request.rejected' and policy = 'scope_denied' order by id desc limit 1`,
    );
    expect(rows[0]).toEqual({ action: 'POST /api/v1/mcp-servers/{name}/restart', policy: 'scope_denied' });
  });

  it('restarts an MCP server for an admin, on record', async () => {
    const admin = await server.token('admin@localhost');
    const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/mcp-servers/everything/restart`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}` },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ server: { name: 'everything', state: 'ready' } });
    const { rows } = await server.sql.query(
      `select evaluation from audit_log where event = 'admin.mcp_server_restarted'`,
    );
    expect(rows[0].evaluation.detail).toEqual({ server: 'everything' });
  });
});

describe('what an MCP server wrote to standard error', () => {
  it('is shown with credentials redacted, also one that is spread over lines', async () => {
    const { stderr } = server.app.get(McpServers).find('memory')!;
    const token = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');
    const key = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEAx7Zr2Lx9VbTm4Kd1Wp8Ns3Hy6Gc5Jf0', 'end'];
    for (const text of ['ready', `started with ${token}`, ...key]) stderr.push({ at: 1000, pid: 7, text });
    const { status, body } = await get(
      '/api/v1/mcp-servers/memory/logs',
      await server.token('admin@localhost'),
    );
    expect(status).toBe(200);
    expect(body.lines.slice(-5)).toMatchObject([
      { at: '1970-01-01T00:00:01.000Z', pid: 7, text: 'ready' },
      { text: expect.stringMatching(/^started with .*REDACTED/) },
      {},
      {},
      {},
    ]);
    expect(JSON.stringify(body)).not.toContain(token);
    expect(JSON.stringify(body)).not.toContain('MIIEowIBAAKCAQEA');
  });

  it('is not shown to a user: the process may be that of another', async () => {
    const maya = await server.token('maya@example.test');
    expect((await get('/api/v1/mcp-servers/filesystem/logs', maya)).status).toBe(403);
  });

  it('is not shown of a server that is not configured', async () => {
    const admin = await server.token('admin@localhost');
    expect((await get('/api/v1/mcp-servers/nothing/logs', admin)).status).toBe(404);
  });
});

describe('the API document', () => {
  it('describes every endpoint, and its page loads nothing from elsewhere', async () => {
    const { body } = await get('/api/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/api/v1/audit', '/api/v1/audit/{id}', '/healthz', '/readyz']),
    );
    const page = await get('/api/docs');
    expect(page.status).toBe(200);
    expect(page.body).not.toMatch(/(?:src|href)="https?:/);
  });
});
