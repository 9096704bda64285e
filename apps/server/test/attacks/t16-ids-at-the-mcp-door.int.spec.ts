import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDoor, type Row, type TestDoor } from '../mcp/a-door.ts';
import { codeOf, RawClient, textOf } from '../mcp/an-mcp-client.ts';

type FullRow = Row & { readonly client_id: string; readonly task_id: string };

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ALPHABET = /^[A-Za-z0-9._:-]{1,128}$/;

let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  door = await aDoor();
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = new RawClient(door, 'hostile', await door.token());
  await client.initialize();
  await door.rows();
});

/** The row of the decision on a call that carries this beside its arguments. */
async function rowOf(meta: JsonObject, headers: Record<string, string> = {}): Promise<FullRow> {
  const params = { name: 'echo', arguments: {}, _meta: meta };
  await client.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, headers);
  const [row] = await door.rows();
  return row as FullRow;
}

describe('who a row of an MCP call says it was', () => {
  it('is what the token says, whatever the client says of itself', async () => {
    const own = await rowOf({});
    const lies = { user_id: 'admin', session_id: 'none', client_id: 'root', sub: 'admin', role: 'admin' };
    const row = await rowOf(lies, { 'x-user-id': 'admin', 'x-client-id': 'root', 'x-session-id': 'none' });
    expect(row).toMatchObject({
      user_id: own.user_id,
      session_id: own.session_id,
      client_id: 'test',
      context_id: own.context_id,
    });
  });

  it("is nobody's MCP session: its id is in no row", async () => {
    const rows = [await rowOf({}), await rowOf({ 'mcp-session-id': client.sessionId! })];
    for (const { context_id: context, session_id: session, task_id: task, trace_id: trace } of rows) {
      expect([context, session, task, trace]).not.toContain(client.sessionId);
    }
  });
});

describe('an id that an MCP client chose', () => {
  it('stands where it is of the alphabet', async () => {
    const meta = {
      'claudecode/toolUseId': 'toolu_01.A:b-C_9',
      traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
    };
    expect(await rowOf(meta)).toMatchObject({ task_id: 'toolu_01.A:b-C_9', trace_id: TRACE });
  });

  it.each([
    'x'.repeat(129),
    'a b',
    'ä',
    '../../etc',
    'a\u0000b',
    "a'; drop table audit_log; --",
    '\u202eabc',
  ])('is replaced where it is not, and kept as a claim: %j', async (id) => {
    const {
      task_id: task,
      trace_id: trace,
      evaluation,
    } = await rowOf({
      'claudecode/toolUseId': id,
      traceparent: id,
    });
    expect(task).toMatch(ALPHABET);
    expect(task).not.toBe(id);
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    const claimed = evaluation.content.claimed as JsonObject;
    expect(Object.keys(claimed)).toEqual(expect.arrayContaining(['taskId', 'traceparent']));
  });

  it.each([{}, 1, null, [], true, ''])('is replaced where it is no text: %j', async (id) => {
    expect((await rowOf({ 'claudecode/toolUseId': id, traceparent: id })).task_id).toMatch(ALPHABET);
  });
});

describe("an MCP client that uses another one's ids", () => {
  it('cancels and closes nothing of theirs, and both calls have their own rows', async () => {
    const other = new RawClient(door, 'hostile', await door.token());
    await other.initialize();
    const meta = { 'claudecode/toolUseId': 'shared', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    const params = { name: 'late', arguments: { ms: 300 }, _meta: meta };
    const waiting = client.request('tools/call', params, 'same');
    await expect.poll(() => door.rows()).not.toEqual([]);
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'same' } };
    expect((await other.send(cancelled)).status).toBe(202);
    const second = await other.request('tools/call', { ...params, name: 'count', arguments: {} }, 'same');
    expect([textOf(second), textOf(await waiting)]).toEqual(['1', 'late']);
    const rows = await door.rows();
    const completed = rows.filter(({ event }) => event === 'tool_call.completed');
    expect(completed.map(({ trace_id: trace }) => trace)).toEqual([TRACE, TRACE]);
    expect(new Set(completed.map(({ user_id: user }) => user)).size).toBe(2);
    other.sessionId = client.sessionId;
    expect(codeOf(await other.request('tools/list'))).toBe(-32_000);
  });
});
