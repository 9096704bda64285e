import { Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
const ids = new Map<string, string>();

/** Pia leads finance, where Maya is; Ada audits; Jon is of support. */
const PEOPLE = [
  ['pia@example.test', 'service', 'finance'],
  ['ada@example.test', 'user', 'audit'],
] as const;

beforeAll(async () => {
  server = await aServer({
    configure: (configuration) => {
      const { roles } = configuration.services.governance;
      const open = { allow: ['*'], deny: [] };
      const lists = { allow: ['*'], deny: [], mcp_servers: open, agents: open };
      const governance = {
        ...configuration.services.governance,
        roles: {
          roles: {
            ...roles.roles,
            service: { ...lists, permissions: ['audit:read:department', 'hooks:use'] },
          },
          departments: { audit: { ...lists, permissions: ['auditor'] } },
        },
      };
      return { ...configuration, services: { ...configuration.services, governance } };
    },
  });
  const users = server.app.get(Users);
  for (const [email, role, department] of PEOPLE) await users.create({ email, role, department });
  for (const email of ['maya@example.test', 'jon@example.test', ...PEOPLE.map(([email]) => email)]) {
    ids.set(email, (await users.get(email)).id);
    await postHook(server, await server.token(email, 'hooks'), preToolUse('Read', { file_path: email }));
  }
});
afterAll(() => server.end());

async function ask(email: string, path: string) {
  const authorization = `Bearer ${await server.token(email)}`;
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
    headers: { authorization },
  });
  return {
    status: response.status,
    body: (await response.json()) as { rows: { user_id: string; trace_id: string }[] },
  };
}

const seen = async (email: string, query = '') => {
  const { body } = await ask(email, `/audit?event=tool_call.decided&limit=200${query}`);
  return new Set(body.rows.map((row) => [...ids].find(([, id]) => id === row.user_id)?.[0]));
};

describe('audit rows', () => {
  it.each([
    ['maya@example.test', ['maya@example.test']],
    ['pia@example.test', ['maya@example.test', 'pia@example.test']],
    ['ada@example.test', ['ada@example.test', 'jon@example.test', 'maya@example.test', 'pia@example.test']],
  ])('are seen by %s: those of %j', async (email, owners) => {
    expect(await seen(email)).toEqual(new Set(owners));
  });

  it('of others are not reached by naming them, their trace or their row', async () => {
    const jon = ids.get('jon@example.test')!;
    const { rows } = await server.sql.query(
      "select id, trace_id from audit_log where event = 'tool_call.decided' and user_id = $1",
      [jon],
    );
    for (const email of ['maya@example.test', 'pia@example.test']) {
      expect(await seen(email, `&user_id=${jon}`)).toEqual(new Set());
      expect(await seen(email, `&trace_id=${rows[0].trace_id}`)).toEqual(new Set());
      for (const id of [rows[0].id, rows[0].trace_id])
        expect((await ask(email, `/audit/${id}`)).status).toBe(404);
    }
    expect((await ask('ada@example.test', `/audit/${rows[0].trace_id}`)).status).toBe(200);
  });

  it('follow a change of department within a second', async () => {
    await server.app.get(Users).setDepartment('jon@example.test', 'finance');
    expect(await seen('pia@example.test')).toContain('jon@example.test');
    await server.app.get(Users).setDepartment('jon@example.test', 'support');
    expect(await seen('pia@example.test')).not.toContain('jon@example.test');
  });

  it.each([
    ['POST', '/users', { email: 'x@example.test' }],
    ['PUT', '/users/maya@example.test/role', { role: 'admin' }],
    ['DELETE', '/users/maya@example.test', undefined],
    ['POST', '/ip-bans', { network: '203.0.113.7', reason: 'x' }],
    ['POST', '/governance/policy/apply', { version: `sha256:${'0'.repeat(64)}` }],
    ['POST', '/mcp-servers/everything/restart', undefined],
  ])('let an auditor see and not change: %s %s', async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await server.token('ada@example.test')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'PERMISSION_MISSING' });
  });
});
