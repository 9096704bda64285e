import { Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { openEvents } from '../support/event-client.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
const ids = new Map<string, string>();

/** Pia leads finance, where Maya is; Ada audits; Jon is of support; Rex may reveal, but reads his own rows alone. */
const PEOPLE = [
  ['pia@example.test', 'service', 'finance'],
  ['ada@example.test', 'user', 'audit'],
  ['rex@example.test', 'mcp', 'revealers'],
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
          departments: {
            audit: { ...lists, permissions: ['auditor'] },
            revealers: { ...lists, permissions: ['audit:reveal', 'hooks:use'] },
          },
        },
      };
      return { ...configuration, services: { ...configuration.services, governance } };
    },
  });
  const users = server.app.get(Users);
  for (const [email, role, department] of PEOPLE) await users.create({ email, role, department });
  for (const email of EVERYBODY) {
    ids.set(email, (await users.get(email)).id);
    await postHook(
      server,
      await server.token(email, 'hooks'),
      preToolUse('Read', { file_path: `sent-by-${email}` }),
    );
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

const EVERYBODY = ['maya@example.test', 'jon@example.test', ...PEOPLE.map(([email]) => email)];
/** Whose recorded input stands in a text. */
const inputsIn = (text: string) =>
  new Set([...text.matchAll(/sent-by-([a-z]+@example\.test)/g)].map(([, email]) => email));

async function reveal(email: string, id: string, body: unknown) {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1/audit/${id}/reveal`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await server.token(email)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

async function traceOf(email: string): Promise<string> {
  const { rows } = await server.sql.query<{ trace_id: string }>(
    "select trace_id from audit_log where event = 'tool_call.decided' and user_id = $1",
    [ids.get(email)],
  );
  return rows[0]!.trace_id;
}

const seen = async (email: string, query = '') => {
  const { body } = await ask(email, `/audit?event=tool_call.decided&limit=200${query}`);
  return new Set(body.rows.map((row) => [...ids].find(([, id]) => id === row.user_id)?.[0]));
};

describe('audit rows', () => {
  it.each([
    ['maya@example.test', ['maya@example.test']],
    ['pia@example.test', ['maya@example.test', 'pia@example.test']],
    ['rex@example.test', ['rex@example.test']],
    ['ada@example.test', EVERYBODY],
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
    const users = server.app.get(Users);
    const { id } = await users.create({ email: 'kim@example.test', role: 'user', department: 'support' });
    await postHook(server, await server.token('kim@example.test', 'hooks'), preToolUse('Read', {}));
    const visible = async () => {
      const { body } = await ask('pia@example.test', `/audit?event=tool_call.decided&user_id=${id}`);
      return body.rows.length;
    };
    expect(await visible()).toBe(0);
    await users.setDepartment('kim@example.test', 'finance');
    expect(await visible()).toBe(1);
    await users.setDepartment('kim@example.test', 'support');
    expect(await visible()).toBe(0);
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

describe('what others sent', () => {
  it.each(EVERYBODY)(
    'is withheld from %s at the list, at each row and in the stream; their own is not',
    async (email) => {
      const headers = { authorization: `Bearer ${await server.token(email)}` };
      const list = await fetch(`http://127.0.0.1:${server.port}/api/v1/audit?limit=200`, { headers });
      expect(inputsIn(await list.text())).toEqual(new Set([email]));
      for (const other of EVERYBODY) {
        const trace = await ask(email, `/audit/${await traceOf(other)}`);
        expect(inputsIn(JSON.stringify(trace.body)), other).toEqual(new Set(other === email ? [email] : []));
        if (other !== email && trace.status === 200)
          expect(trace.body.rows[0]).toMatchObject({ evaluation: { content: { withheld: true } } });
      }
      const stream = await openEvents(server.port, '/api/v1/audit/stream?cursor=-', headers);
      try {
        const own = ids.get(email);
        await expect
          .poll(() =>
            stream.events.some(({ data }) => data.user_id === own && data.event === 'tool_call.decided'),
          )
          .toBe(true);
        expect(inputsIn(JSON.stringify(stream.events))).toEqual(new Set([email]));
      } finally {
        stream.close();
      }
    },
  );

  it('is shown for a reason to who may reveal, and the row that says so stands first', async () => {
    const { status, text } = await reveal('ada@example.test', await traceOf('jon@example.test'), {
      reason: 'incident 4711',
    });
    expect(status).toBe(201);
    expect(inputsIn(text)).toEqual(new Set(['jon@example.test']));
    const { record } = JSON.parse(text) as { record: string };
    const { rows } = await server.sql.query(
      "select user_id, evaluation->'detail' as detail from audit_log where id = $1 and event = 'content.revealed'",
      [record],
    );
    expect(rows).toMatchObject([
      {
        user_id: ids.get('ada@example.test'),
        detail: { reason: 'incident 4711', user_ids: [ids.get('jon@example.test')], rows: 1 },
      },
    ]);
  });

  it('is not shown when the row cannot be written', async () => {
    await server.sql.query('revoke insert on audit_log from gatehouse_server');
    try {
      const { status, text } = await reveal('ada@example.test', await traceOf('jon@example.test'), {
        reason: 'incident 4712',
      });
      expect(status).toBe(503);
      expect(inputsIn(text)).toEqual(new Set());
    } finally {
      await server.sql.query('grant insert on audit_log to gatehouse_server');
    }
  });

  it.each([
    ['no permission to reveal', 'pia@example.test', 'maya@example.test', { reason: 'curious' }, 403],
    ['none over the row of another', 'maya@example.test', 'jon@example.test', { reason: 'curious' }, 403],
    [
      'the permission, but not the row in sight',
      'rex@example.test',
      'jon@example.test',
      { reason: 'curious' },
      404,
    ],
    ['no reason', 'ada@example.test', 'jon@example.test', {}, 400],
    ['an empty reason', 'ada@example.test', 'jon@example.test', { reason: '     ' }, 400],
  ])('stays withheld with %s', async (_what, email, owner, body, wanted) => {
    const before = await server.sql.query("select from audit_log where event = 'content.revealed'");
    const { status, text } = await reveal(email, await traceOf(owner), body);
    expect(status).toBe(wanted);
    expect(inputsIn(text)).toEqual(new Set());
    const after = await server.sql.query("select from audit_log where event = 'content.revealed'");
    expect(after.rowCount).toBe(before.rowCount);
  });

  it('of oneself needs no reason on record', async () => {
    const { status, text } = await reveal('rex@example.test', await traceOf('rex@example.test'), {
      reason: 'my own',
    });
    expect(status).toBe(201);
    expect(JSON.parse(text).record).toBeNull();
    expect(inputsIn(text)).toEqual(new Set(['rex@example.test']));
  });
});
