import { Sessions, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

let server: TestServer;
let maya: string;
let other: string;

beforeAll(async () => {
  server = await aServer({ tools: false });
  await server.app.get(Users).create({ email: 'other@example.test', role: 'user' });
  maya = await server.token('maya@example.test');
  other = await server.token('other@example.test');
  await server.discovered;
});
afterAll(() => server.end());

interface Row {
  readonly event: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly client_id: string;
  readonly task_id: string;
  readonly trace_id: string;
  readonly context_id: string;
  readonly claimed: Record<string, unknown>;
}

async function rowsOf(marker: string): Promise<Row[]> {
  const { rows } = await server.sql.query<Row>(
    `select event, user_id, session_id, client_id, task_id, trace_id, context_id,
            evaluation->'content'->'claimed' as claimed
       from audit_log where evaluation->'content'->'input'->>'marker' = $1 order by id`,
    [marker],
  );
  return rows;
}

let markers = 0;

/** A call of which the row can be found whatever its ids are. */
async function call(token: string, more: object = {}, headers: Record<string, string> = {}): Promise<Row> {
  markers += 1;
  const marker = `t16-${markers}`;
  await postHook(server, token, preToolUse('Read', { file_path: 'a.txt', marker }, more), { headers });
  const [row] = await rowsOf(marker);
  return row!;
}

/** The tool's report; its answer is nothing to the caller. */
const report = (token: string, task: string, marker: string) =>
  postHook(server, token, {
    ...preToolUse('Read', { file_path: 'a.txt', marker }, { tool_use_id: task }),
    hook_event_name: 'PostToolUse',
    tool_response: { text: 'done' },
  });

async function eventsOf(task: string): Promise<(readonly [string, string])[]> {
  const { rows } = await server.sql.query<{ event: string; email: string }>(
    `select a.event, u.email from audit_log a join users u on u.id::text = a.user_id
      where a.task_id = $1 order by a.id`,
    [task],
  );
  return rows.map(({ event, email }) => [event, email] as const);
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = (trace = TRACE) => `00-${trace}-00f067aa0ba902b7-01`;

describe('who a row says it was', () => {
  it('is what the token says, whatever the client says of itself', async () => {
    const { id } = await server.app.get(Users).get('maya@example.test');
    const lies = { user_id: 'admin', client_id: 'root', role: 'admin', userId: 'admin', sub: 'admin' };
    const row = await call(maya, lies, {
      'x-user-id': 'admin',
      'x-forwarded-user': 'admin',
      'x-client-id': 'root',
      'x-session-id': 'none',
    });
    const [session] = (await server.app.get(Sessions).list({ userId: id })).items;
    expect(row).toMatchObject({ user_id: id, session_id: session!.id, client_id: 'test' });
  });
});

describe('an id that the client chose', () => {
  it.each(['a', 'x'.repeat(128), 'toolu_01.A:b-C_9'])(
    'stands where it is of the alphabet: %j',
    async (id) => {
      expect(await call(maya, { tool_use_id: id, session_id: id })).toMatchObject({
        task_id: id,
        context_id: id,
      });
    },
  );

  it.each([
    'x'.repeat(129),
    ' ',
    'a b',
    'ä',
    '../../etc',
    'a\u0000b',
    'a\nb',
    `a'; drop table audit_log; --`,
    '<script>',
    '\u202eabc',
    '%s%n',
    '{}',
  ])('is replaced where it is not, and kept as a claim: %j', async (id) => {
    const row = await call(maya, { tool_use_id: id, session_id: id });
    for (const given of [row.task_id, row.context_id]) expect(given).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
    expect([row.task_id, row.context_id]).not.toContain(id);
    expect(row.task_id).not.toBe(row.context_id);
    expect(row.claimed).toHaveProperty('taskId');
    expect(row.claimed).toHaveProperty('contextId');
  });

  it.each([{}, 1, null, [], true, ''])('is replaced where it is no text: %j', async (id) => {
    const row = await call(maya, { tool_use_id: id, session_id: id });
    for (const given of [row.task_id, row.context_id]) expect(given).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  });

  it.each([
    ['00-00000000000000000000000000000000-00f067aa0ba902b7-01'],
    ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01'],
    ['4bf92f3577b34da6a3ce929d0e0e4736'],
    [`${traceparent()}x`],
    ['00-4bf92f3577b34da6a3ce929d0e0e47-00f067aa0ba902b7-01'],
  ])('makes no trace where the header is no traceparent: %s', async (header) => {
    const row = await call(maya, {}, { traceparent: header });
    expect(row.trace_id).not.toBe(TRACE);
    expect(row.trace_id).toMatch(/^[0-9a-f]{32}$/);
    expect(row.claimed).toHaveProperty('traceparent');
  });
});

describe("somebody who uses another one's ids", () => {
  it('reads nothing of them by the trace', async () => {
    await call(maya, {}, { traceparent: traceparent() });
    await call(other, {}, { traceparent: traceparent() });
    const read = async (token: string) => {
      const url = `http://127.0.0.1:${server.port}/api/v1/audit?trace_id=${TRACE}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      const { rows } = (await answer.json()) as { rows: { user_id: string }[] };
      return rows.map(({ user_id }) => user_id);
    };
    const users = server.app.get(Users);
    expect(await read(maya)).toEqual([(await users.get('maya@example.test')).id]);
    expect(await read(other)).toEqual([(await users.get('other@example.test')).id]);
  });

  it.each(['the task', 'the trace'])('reads nothing of them where %s is looked up', async (which) => {
    const id = which === 'the task' ? 'looked-up' : '0af7651916cd43dd8448eb211c80319c';
    const ids = { tool_use_id: 'looked-up' };
    await call(maya, ids, { traceparent: traceparent('0af7651916cd43dd8448eb211c80319c') });
    const read = async (token: string) => {
      const url = `http://127.0.0.1:${server.port}/api/v1/audit/${id}`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      const { rows = [] } = (await answer.json()) as { rows?: { user_id: string }[] };
      return [answer.status, new Set(rows.map(({ user_id }) => user_id))];
    };
    const users = server.app.get(Users);
    if (which === 'the task') expect(await read(other)).toEqual([404, new Set()]);
    await call(other, ids, { traceparent: traceparent('0af7651916cd43dd8448eb211c80319c') });
    expect(await read(maya)).toEqual([200, new Set([(await users.get('maya@example.test')).id])]);
    expect(await read(other)).toEqual([200, new Set([(await users.get('other@example.test')).id])]);
  });

  it('does not close their open call, and is raised', async () => {
    const { task_id: task } = await call(maya, { tool_use_id: 'stolen-task' });
    await report(other, task, `t16-${markers}`);
    expect(await eventsOf(task)).toEqual([
      ['tool_call.decided', 'maya@example.test'],
      ['hook.bypassed', 'other@example.test'],
    ]);
    await report(maya, task, `t16-${markers}`);
    expect((await eventsOf(task)).at(-1)).toEqual(['tool_call.completed', 'maya@example.test']);
  });

  it('has a call of their own under the same id, and each is closed by its own report', async () => {
    markers += 1;
    const marker = `t16-${markers}`;
    const decided = preToolUse('Read', { file_path: 'a.txt', marker }, { tool_use_id: 'shared-task' });
    await postHook(server, maya, decided);
    await postHook(server, other, decided);
    await report(other, 'shared-task', marker);
    await report(maya, 'shared-task', marker);
    expect(await eventsOf('shared-task')).toEqual([
      ['tool_call.decided', 'maya@example.test'],
      ['tool_call.decided', 'other@example.test'],
      ['tool_call.completed', 'other@example.test'],
      ['tool_call.completed', 'maya@example.test'],
    ]);
  });

  it('gets none of their budget: a claimed session counts as nobody', async () => {
    const row = await call(other, { session_id: (await call(maya)).session_id });
    expect(row.user_id).toBe((await server.app.get(Users).get('other@example.test')).id);
    expect(row.session_id).not.toBe(row.context_id);
  });
});
