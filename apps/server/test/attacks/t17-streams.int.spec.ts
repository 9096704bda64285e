import { AuditLog, cursorText, readCursor, systemContext } from '@gatehouse/audit';
import { AccessTokens, Sessions, Users } from '@gatehouse/identity';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { type EventClient, openEvents } from '../support/event-client.ts';

const PATH = '/api/v1/audit/stream';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
  await server.discovered;
});
afterAll(() => server.end());

const open: EventClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

let users = 0;

async function aUser(role = 'user') {
  users += 1;
  const user = await server.app.get(Users).create({ email: `stream${users}@example.test`, role });
  const session = await server.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
  const token = await server.app.get(AccessTokens).issue({ session, resource: 'api' });
  return { user, session, token };
}

async function stream(
  token: string,
  headers: Record<string, string> = {},
  path = PATH,
): Promise<EventClient> {
  const client = await openEvents(server.port, path, { authorization: `Bearer ${token}`, ...headers });
  open.push(client);
  return client;
}

/** A stream that has said where it starts: rows written from now on are its. */
async function startedStream(token: string): Promise<EventClient> {
  const client = await stream(token);
  await expect.poll(() => client.events.length).toBeGreaterThan(0);
  return client;
}

let marks = 0;

/**
 * Rows of the user, one after another, each in a millisecond of its own: in the same one those of two lanes have no order.
 * Returns their actions.
 */
async function writeRows(count: number, userId = 'system', at = server): Promise<string[]> {
  const actions: string[] = [];
  for (let i = 0; i < count; i += 1) {
    marks += 1;
    actions.push(`mark-${marks}`);
    await at.app.get(AuditLog).record({
      event: 'admin.marked',
      context: systemContext({ userId: userId as ReturnType<typeof systemContext>['userId'] }),
      action: `mark-${marks}`,
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'A test marks the trail.',
    });
    const recordedMs = Date.now();
    await vi.waitUntil(() => Date.now() > recordedMs, { interval: 1 });
  }
  return actions;
}

const marked = ({ events }: EventClient) =>
  events.map(({ data }) => String(data.action)).filter((action) => action.startsWith('mark-'));

describe('the stream of audit rows', () => {
  it('brings rows as they are committed, each with its 18 columns', async () => {
    const { token } = await aUser('admin');
    const client = await startedStream(token);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    });
    const actions = await writeRows(3);
    await expect.poll(() => marked(client)).toEqual(actions);
    const row = client.events.find(({ event, data }) => event === 'row' && data.action === actions[0]);
    expect(Object.keys(row!.data)).toHaveLength(18);
  });

  it('goes on where it was cut off: nothing lost, nothing twice, after the id of the last event', async () => {
    const { token } = await aUser('admin');
    const first = await startedStream(token);
    const before = await writeRows(2);
    await expect.poll(() => marked(first)).toEqual(before);
    first.close();
    const meanwhile = await writeRows(5);
    const second = await stream(token, { 'last-event-id': first.lastId()! });
    await expect.poll(() => marked(second)).toEqual(meanwhile);
    const third = await stream(token, {}, `${PATH}?cursor=${first.lastId()!}`);
    await expect.poll(() => marked(third)).toEqual(meanwhile);
  });

  it('never skips a row that is committed late, by another lane with an earlier time', async () => {
    const { token } = await aUser('admin');
    const client = await startedStream(token);
    const other = await aServer({ tools: false, beside: server });
    try {
      // Both servers write through several lanes at once, so that ids and commits interleave.
      const written = await Promise.all([
        ...Array.from({ length: 20 }, () => writeRows(1, 'system')),
        ...Array.from({ length: 20 }, () => writeRows(1, 'system', other)),
      ]);
      await expect.poll(() => marked(client).sort()).toEqual(written.flat().sort());
    } finally {
      await other.end();
    }
  });

  it('waits for a transaction that was begun before and is committed after later rows', async () => {
    const { token } = await aUser('admin');
    const client = await startedStream(token);
    const slow = new pg.Client(server.database.clientConfig('server'));
    await slow.connect();
    const ids = ['00000000-0000-7000-8000-000000000001'];
    const chain = '00000000-0000-4000-8000-0000000000aa';
    await slow.query('begin');
    await slow.query(
      `insert into audit_log select $1::uuid, now(), event, user_id, session_id, task_id, trace_id, context_id,
         client_id, role, agent_id, 'mark-late', decision, policy, reason, evaluation, result, cost_microdollars
         from audit_log limit 1`,
      ids,
    );
    await slow.query(
      `insert into audit_seals (chain, seq, prev_root, root, n, first_id, last_id, row_ids, leaves)
       values ($1, 1, $2, $2, 1, $3, $3, array[$3::uuid], $2)`,
      [chain, Buffer.alloc(32), ids[0]],
    );
    const later = await writeRows(2);
    await expect.poll(() => marked(client)).toEqual(later);
    await slow.query('commit');
    await slow.end();
    await expect.poll(() => marked(client)).toEqual([...later, 'mark-late']);
  });

  it('shows a user its own rows only', async () => {
    const { user, token } = await aUser();
    const client = await startedStream(token);
    await writeRows(3, 'somebody-else');
    const own = await writeRows(2, user.id);
    await expect.poll(() => marked(client)).toEqual(own);
    expect(client.events.every(({ event, data }) => event !== 'row' || data.user_id === user.id)).toBe(true);
  });

  it('shows nothing more to one who is no administrator any more', async () => {
    const { user, session } = await aUser('admin');
    const token = await server.app.get(AccessTokens).issue({ session, resource: 'api' });
    const client = await startedStream(token);
    await server.app.get(Users).setRole(user.id, 'user');
    await writeRows(2, 'somebody-else');
    await expect.poll(() => client.events.at(-1)!.event, { timeout: 3000 }).toBe('end');
    expect(marked(client)).toEqual([]);
  });
});

describe('a stream whose right has ended', () => {
  it.each([
    ['session is revoked', (id: string) => server.app.get(Sessions).revokeAll(id)],
    ['user is suspended', (id: string) => server.app.get(Users).suspend(id)],
    ['role is taken away', (id: string) => server.app.get(Users).setRole(id, 'anonymous')],
  ])('ends within a second of when its %s', async (_what, change) => {
    const { user, token } = await aUser();
    const client = await startedStream(token);
    await change(user.id);
    const startedAt = performance.now();
    await client.closed;
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect(client.events.at(-1)).toMatchObject({ event: 'end', data: { code: 'SESSION_ENDED' } });
  });
});

describe('a stream that is asked for wrongly', () => {
  it('needs a token, and takes none from the address', async () => {
    const { token } = await aUser();
    for (const path of [PATH, `${PATH}?access_token=${token}`, `${PATH}?token=${token}`]) {
      const client = await openEvents(server.port, path);
      open.push(client);
      expect([400, 401]).toContain(client.status);
    }
  });

  it.each(['', '{}', 'x', `${'a'.repeat(36)}.1`.replace('a', '\u00e9'), '-'.repeat(13_000)])(
    'refuses the cursor %.20j',
    async (cursor) => {
      const { token } = await aUser();
      const client = await stream(token, {}, `${PATH}?cursor=${encodeURIComponent(cursor)}`);
      expect(client.status).toBe(400);
    },
  );

  it('is not let a cursor lead past the end, nor to rows of others', async () => {
    const { user, token } = await aUser();
    await writeRows(3, 'somebody-else');
    const client = await stream(token, { 'last-event-id': '-' });
    const own = await writeRows(1, user.id);
    await expect.poll(() => marked(client)).toEqual(own);
  });

  it('has four a user; one that is closed makes room', async () => {
    const { token } = await aUser();
    const four = [];
    for (let i = 0; i < 4; i += 1) four.push(await startedStream(token));
    expect((await stream(token)).status).toBe(429);
    expect((await stream((await aUser()).token)).status).toBe(200);
    four[0]!.close();
    await expect.poll(async () => (await stream(token)).status).toBe(200);
  });
});

describe('a reader who does not read', () => {
  it('is not waited for in memory: what it has not taken is read again from the database', async () => {
    const { user, token } = await aUser();
    const client = await startedStream(token);
    client.pause();
    const actions = await writeRows(400, user.id);
    const heap = process.memoryUsage().arrayBuffers;
    client.resume();
    await expect.poll(() => marked(client).length, { timeout: 10_000 }).toBe(actions.length);
    expect(process.memoryUsage().arrayBuffers - heap).toBeLessThan(64 * 1024 * 1024);
    expect(readCursor(client.lastId()!)).not.toBeNull();
    expect(cursorText(readCursor(client.lastId()!)!)).toBe(client.lastId());
  });
});
