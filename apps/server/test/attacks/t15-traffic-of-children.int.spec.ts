import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aDoor, type TestDoor } from '../mcp/a-door.ts';
import { anAnsweringClient, form } from '../mcp/an-answering-client.ts';
import { RawClient, textOf } from '../mcp/an-mcp-client.ts';

/* What passes between a child and its client outside of calls: nothing that does not stand in the table. */
let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  const common = { command: HOSTILE_MCP_SERVER, isolation: 'shared', stateless: true } as const;
  door = await aDoor({ servers: { common } });
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = await aClient();
});

async function aClient(server = 'hostile', token?: string): Promise<RawClient> {
  const opened = new RawClient(door, server, token ?? (await door.token({ resource: `mcp/${server}` })));
  await opened.initialize();
  return opened;
}

const NOBODY_KNOWS = [
  'notifications/made/up',
  'notifications/tasks/status',
  '__proto__',
  'Notifications/Message',
];

describe('a notification that does not stand in the table', () => {
  it.each([...NOBODY_KNOWS, 'notifications/initialized', 'notifications/progress', 'notifications/message'])(
    'of a client reaches no child: %s',
    async (method) => {
      const before = await client.call('notified');
      expect(
        (await client.send({ jsonrpc: '2.0', method, params: { level: 'info', data: 'x' } })).status,
      ).toBe(202);
      expect(textOf(await client.call('notified'))).toBe(textOf(before));
    },
  );

  it('of a child reaches no client, in its answer or on its stream', async () => {
    const { next } = await client.listen();
    const methods = [
      ...NOBODY_KNOWS,
      'notifications/initialized',
      'notifications/roots/list_changed',
      'notifications/resources/updated',
      'notifications/elicitation/complete',
    ];
    for (const method of methods) {
      const params = { uri: 'a://b', elicitationId: 'e' };
      const { messages } = await client.call('notify', { method, params });
      expect([method, messages.length]).toEqual([method, 1]);
    }
    await client.call('announce');
    expect(await next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  });
});

describe('a child that says more than its client reads', () => {
  it('is not kept for it beyond a bound; the answer still comes', async () => {
    await door.rows();
    const [lines, bytes] = [6_000, 4_000];
    const response = await client.unread('flood', { count: lines, bytes });
    const isOver = async () => (await door.rows()).some(({ event }) => event === 'tool_call.completed');
    await expect.poll(isOver, { timeout: 30_000 }).toBe(true);
    let read = 0;
    let last = '';
    for await (const piece of response) {
      read += (piece as Buffer).length;
      last = (last + String(piece)).slice(-500);
    }
    expect(last).toContain('after the flood');
    expect(read).toBeLessThan((lines * bytes) / 1.5);
  });
});

describe('a request on its way to a child', () => {
  it('has an id of our own there, also where callers who use the same share it', async () => {
    const callers = await Promise.all([aClient('common'), aClient('common')]);
    const answers = await Promise.all(
      callers.map((caller) => caller.request('tools/call', { name: 'own_id', arguments: {} }, 'the same')),
    );
    expect(answers.map(({ message }) => message.id)).toEqual(['the same', 'the same']);
    const ids = answers.map((answered) => JSON.parse(textOf(answered)) as unknown);
    for (const id of ids) expect(id).toEqual(expect.any(Number));
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a child that asks when no call is open', () => {
  it.each<[string, JsonObject]>([
    ['elicitation/create', form('Which branch?')],
    ['sampling/createMessage', { messages: [], maxTokens: 1 }],
    ['roots/list', {}],
  ])('is told no, and nobody is asked: %s', async (method, params) => {
    const answering = await anAnsweringClient(door, 'hostile', await door.token());
    expect(await answering.call('ask_afterwards', { method, params })).toBe('answered');
    expect(JSON.parse(await answering.call('heard_afterwards'))).toEqual([{ refused: -32_601 }]);
    expect(answering.asked).toEqual([]);
    await answering.close();
  });
});

describe('the ids of streams', () => {
  it('are random, each of them', async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 16; i += 1) {
      const { stream, events } = await client.open('tools/call', {
        name: 'progress',
        arguments: {},
        _meta: { progressToken: 'p' },
      });
      const [first] = await events(1);
      expect(first!.id).toMatch(/^[A-Za-z0-9_-]{16}\.\d+$/);
      ids.add(first!.id!.split('.')[0]!);
      await stream.cancel();
    }
    expect(ids.size).toBe(16);
    // No two begin alike, as they would if they were counted or made of the time.
    expect(new Set([...ids].map((id) => id.slice(0, 4))).size).toBe(16);
  });
});

describe('children of a server whose YAML says nothing of it', () => {
  it("are each of one token's session", async () => {
    expect(door.servers.find('hostile')!.config).toMatchObject({ isolation: 'session', stateless: false });
    const [token, sameUser] = await door.tokensOfOneUser(2);
    const counts = [];
    for (const one of [token, sameUser, await door.token()]) {
      counts.push(textOf(await (await aClient('hostile', one)).call('count')));
    }
    expect(counts).toEqual(['1', '1', '1']);
    expect(textOf(await (await aClient('hostile', token)).call('count'))).toBe('2');
  });
});
