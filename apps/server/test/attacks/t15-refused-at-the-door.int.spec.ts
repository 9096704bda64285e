import { AuditLog } from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ListenStreams } from '../../src/mcp/subscriptions/listen-streams.service.ts';
import { aDoor, type Row, type TestDoor } from '../mcp/a-door.ts';
import { type Answered, RawClient, textOf } from '../mcp/an-mcp-client.ts';
import {
  CALL,
  COUNT,
  callsIn,
  REFUSED_CALLS,
  SERVERS_TO_REFUSE,
  strangerTo,
  unknownTo,
} from '../mcp/refused-calls.ts';

/* However the door refuses a call: one row, committed before the answer, which names it, and nothing in the child. */
let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  door = await aDoor({ servers: SERVERS_TO_REFUSE });
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = new RawClient(door, 'hostile', await door.token());
  await client.initialize();
  expect(textOf(await client.call('count'))).toBe('1');
  await door.rows();
});
afterEach(() => vi.restoreAllMocks());

/** The ids of the rows that an answer names. */
function receiptsOf({ message }: Answered): unknown[] {
  const { data, _meta } = { ...(message.error as JsonObject), ...(message.result as JsonObject) };
  const receipts = ((data ?? _meta) as JsonObject | undefined)?.['gatehouse/receipts'];
  return ((receipts ?? []) as JsonObject[]).map(({ row }) => row);
}

const idOf = (row: Row) => (row as Row & { readonly id: string }).id;
const allSpawns = () => door.servers.status().map(({ name }) => [name, door.spawns(name)]);

describe('a call that the door refuses', () => {
  it.each(REFUSED_CALLS)(
    'is one row, which the answer names, and reaches no child: %s',
    async (_what, send, status, row) => {
      const spawned = allSpawns();
      const answered = await send({ door, client });
      const rows = await door.rows();
      const seen = rows.map(({ event, decision, policy }) => [event, decision, policy]);
      expect([answered.status, seen]).toEqual([status, [row]]);
      expect(receiptsOf(answered)).toEqual(rows.map(idOf));
      expect(allSpawns()).toEqual(spawned);
      expect(textOf(await client.call('count'))).toBe('2');
    },
  );

  it('is one row in a batch of too many as well, and for an id that is open already', async () => {
    await client.initialize('2025-03-26');
    const tooMany = await client.send(callsIn(51));
    const [row, ...more] = await door.rows();
    expect([tooMany.status, row!.policy, more]).toEqual([400, 'input_invalid', []]);
    expect(receiptsOf(tooMany)).toEqual([idOf(row!)]);
    const answered = await client.send([CALL, CALL]);
    const rows = await door.rows();
    expect(rows.map(({ event }) => event).sort()).toEqual([
      'request.rejected',
      'tool_call.completed',
      'tool_call.decided',
    ]);
    const named = answered.messages.flatMap((message) => receiptsOf({ ...answered, message })).map(String);
    expect(named.sort()).toEqual(rows.map(idOf).sort());
  });

  it.each([
    ['resources/read', { uri: 'hostile://cancelled' }],
    ['prompts/get', { name: 'greet' }],
    ['completion/complete', { ref: {}, argument: {} }],
  ])('is a row as well where it is %s', async (method, params) => {
    const waiting = await strangerTo(door, 'waiting');
    const message = { jsonrpc: '2.0', id: 1, method, params };
    const answers = [
      await client.send(message, { accept: 'text/html' }),
      await client.modern(method, params, { accept: 'text/html' }),
      await waiting.send(message),
      await waiting.modern(method, params),
    ];
    const rows = await door.rows();
    expect(answers.map(({ status }) => status)).toEqual([406, 406, 503, 503]);
    expect(answers.flatMap(receiptsOf)).toEqual(rows.map(idOf));
    expect(rows.map(({ policy }) => policy)).toEqual([
      'input_invalid',
      'input_invalid',
      'upstream_unavailable',
      'upstream_unavailable',
    ]);
  });

  it('is a row as well where it would watch resources', async () => {
    const watching = await strangerTo(door, 'annotated');
    const listen = (resourceSubscriptions: string[]) =>
      watching.modern('subscriptions/listen', { notifications: { resourceSubscriptions } });
    vi.spyOn(door.app.get(ListenStreams), 'add').mockReturnValueOnce(false);
    const full = await listen(['note://a']);
    const none = await watching.modern('subscriptions/listen');
    const rows = await door.rows();
    expect(rows.map(({ event, policy }) => [event, policy])).toEqual([
      ['request.rejected', 'rate_limited'],
      ['request.rejected', 'input_invalid'],
    ]);
    expect([full, none].flatMap(receiptsOf)).toEqual(rows.map(idOf));
  });

  it('is told when to come again where its server is not there yet', async () => {
    const waiting = await strangerTo(door, 'waiting');
    for (const answered of [await waiting.send(CALL), await waiting.modern('tools/call', COUNT)]) {
      expect(Number(answered.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answered.text).toContain('MCP server waiting is not available');
    }
  });

  it('is told from a list and from a handshake, which are no rows', async () => {
    const waiting = await strangerTo(door, 'waiting');
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
    const answers = [
      await client.send(list, { accept: 'text/html' }),
      await client.modern('tools/list', {}, { accept: 'text/html' }),
      await waiting.send(list),
      await waiting.modern('server/discover'),
      await waiting.initialize(),
    ];
    expect(answers.map(({ status }) => status)).toEqual([406, 406, 400, 400, 503]);
    expect(await door.rows()).toEqual([]);
  });

  it('is put down to who sent it, in its trace, as the tool use that it is', async () => {
    await client.call('count');
    const [own] = await door.rows();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const params = { ...COUNT, _meta: { traceparent, 'claudecode/toolUseId': 'toolu_refused' } };
    await client.send({ ...CALL, params }, { accept: 'text/html', 'user-agent': 'agent/1' });
    const [row] = await door.rows();
    expect(row).toMatchObject({
      user_id: own!.user_id,
      session_id: own!.session_id,
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      task_id: 'toolu_refused',
      action: 'POST /mcp/{server}',
      evaluation: { content: { claimed: { user_agent: 'agent/1' } } },
    });
  });
});

describe('unknown callers whose calls nobody can read', () => {
  it('get so many rows a minute, and are counted then', async () => {
    const summarise = vi.spyOn(door.app.get(AuditLog), 'summarise');
    for (let i = 0; i < 70; i += 1) {
      const body = i % 2 === 0 ? callsIn(2) : { ...CALL, params: {} };
      expect((await unknownTo(door).send(body)).status).toBe(401);
    }
    const rows = await door.rows();
    expect(rows.length).toBeLessThanOrEqual(60);
    expect(rows.length + summarise.mock.calls.length).toBe(70);
  });
});
