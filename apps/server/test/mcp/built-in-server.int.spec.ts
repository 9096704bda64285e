import { AccessTokens, type Session, Sessions, Users } from '@gatehouse/identity';
import type { JsonObject, Role } from '@gatehouse/kernel';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDoor, type TestDoor } from './a-door.ts';
import { type Answered, codeOf, RawClient, textOf } from './an-mcp-client.ts';

const CALLS_PER_MINUTE = 500;
const TOOLS = ['list_decisions', 'measure_calls', 'show_limits'];
const SECRET = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');

let door: TestDoor;
beforeAll(async () => {
  door = await aDoor({ callsPerMinute: CALLS_PER_MINUTE });
});
afterAll(() => door.stop());

let people = 0;

/** A session of somebody new. */
async function aSession(role: Role = 'user'): Promise<Session> {
  people += 1;
  const user = await door.app.get(Users).create({ email: `person-${people}@example.test`, role });
  return door.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
}

async function clientOf(session: Session, agentId?: string): Promise<RawClient> {
  const agent = agentId === undefined ? {} : { agentId };
  const token = await door.app.get(AccessTokens).issue({ session, resource: 'mcp/gatehouse', ...agent });
  const client = new RawClient(door, 'gatehouse', token);
  await client.initialize();
  return client;
}

const contentOf = ({ message }: Answered) =>
  (message.result as { structuredContent: JsonObject }).structuredContent;
const actionsOf = (answer: Answered) =>
  (contentOf(answer).decisions as { action: string }[]).map(({ action }) => action.split('__').at(-1));

describe('the MCP server that Gatehouse has itself', () => {
  it('stands among the others, and starts no process', () => {
    const status = door.servers.status().find(({ name }) => name === 'gatehouse');
    expect(status).toMatchObject({ state: 'ready', children: 0, offer: { tools: 3 } });
    expect(door.spawns('gatehouse')).toBe(0);
  });

  it.each(['legacy', 'auto'] as const)('offers its tools to a client of the SDK: %s', async (mode) => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const token = await door.token({ resource: 'mcp/gatehouse' });
    const options = { requestInit: { headers: { authorization: `Bearer ${token}` } } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${door.url}/mcp/gatehouse`), options));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(TOOLS);
    expect(client.getInstructions()).toMatch(/what was decided about your own calls/);
    // The SDK holds each answer against the schema that the tool promises.
    for (const name of TOOLS) {
      const { isError, structuredContent } = await client.callTool({ name, arguments: {} });
      expect([isError ?? false, typeof structuredContent]).toEqual([false, 'object']);
    }
    await client.close();
  });

  it('is governed like any other: a row before, a row after, and a credential in an argument denied', async () => {
    const client = await clientOf(await aSession());
    await door.rows();
    await client.call('list_decisions');
    expect(await door.rows()).toMatchObject([
      { event: 'tool_call.decided', action: 'mcp__gatehouse__list_decisions', decision: 'allow' },
      { event: 'tool_call.completed', result: { status: 'ok' } },
    ]);
    expect(textOf(await client.call('list_decisions', { action: SECRET }))).toMatch(/\(secret_detected\)$/);
    const foreign = new RawClient(door, 'gatehouse', await door.token({ resource: 'mcp/everything' }));
    expect((await foreign.initialize()).status).toBe(401);
  });

  it('tells everybody of their own calls alone, administrators too, and an agent of its own', async () => {
    const session = await aSession('admin');
    const person = await clientOf(session);
    const agent = await clientOf(session, 'developer_agent');
    await (await clientOf(await aSession())).call('show_limits');
    await person.call('measure_calls');
    await agent.call('show_limits');
    expect(actionsOf(await agent.call('list_decisions'))).toEqual(['list_decisions', 'show_limits']);
    expect(actionsOf(await person.call('list_decisions'))).toEqual([
      'list_decisions',
      'list_decisions',
      'show_limits',
      'measure_calls',
    ]);
    expect(contentOf(await agent.call('measure_calls'))).toMatchObject({ all: { calls: 3 } });
    const other = await door.app.get(Sessions).open({ userId: session.userId, clientId: 'other' });
    const elsewhere = await clientOf(other);
    expect(actionsOf(await elsewhere.call('list_decisions', { this_session: true }))).toEqual([
      'list_decisions',
    ]);
  });

  it('says why calls were denied, how many failed, how long they took, and pages', async () => {
    const client = await clientOf(await aSession());
    await client.call('list_decisions', { action: SECRET });
    await client.call('list_decisions', { limit: 0 });
    await client.call('show_limits');
    const denied = contentOf(await client.call('list_decisions', { decision: 'deny' }));
    expect(denied.decisions).toMatchObject([
      { policy: 'secret_detected', status: 'denied', reason: expect.stringContaining('$.action') },
    ]);
    expect(JSON.stringify(denied)).not.toContain(SECRET);
    const { all, actions } = contentOf(await client.call('measure_calls')) as Record<string, JsonObject>;
    // This very call is decided and not over yet.
    expect(all).toMatchObject({ calls: 5, denied: 1, completed: 3, failed: 1, cost_microdollars: '0' });
    expect(all!.error_rate).toBeCloseTo(1 / 3);
    expect([typeof all!.p50_ms, typeof all!.p95_ms]).toEqual(['number', 'number']);
    expect(actions).toMatchObject([{ action: 'mcp__gatehouse__list_decisions', calls: 3 }, {}, {}]);
    const first = contentOf(await client.call('list_decisions', { limit: 2 }));
    const second = await client.call('list_decisions', { limit: 2, before: first.next! });
    expect(actionsOf(second)).toEqual(['list_decisions', 'show_limits']);
  });

  it('says what is left of the budget after this very call', async () => {
    const client = await clientOf(await aSession());
    for (const remaining of [CALLS_PER_MINUTE - 1, CALLS_PER_MINUTE - 2]) {
      const answer = await client.call('show_limits');
      expect(contentOf(answer).calls).toMatchObject({
        limit: CALLS_PER_MINUTE,
        remaining,
        retry_after_ms: 0,
      });
      expect(answer.headers.get('ratelimit')).toBe(`"calls";r=${remaining}`);
    }
    const { servers } = contentOf(await client.call('show_limits')) as { servers: { name: string }[] };
    // The sample world's memory server is for administrators.
    expect(servers.map(({ name }) => name)).toEqual([
      'everything',
      'filesystem',
      'gatehouse',
      'hostile',
      'modern',
    ]);
  });

  it.each<[string, JsonObject]>([
    ['list_decisions', { limit: 1000 }],
    ['list_decisions', { user_id: 'somebody' }],
    ['list_decisions', { before: "' or true --" }],
    ['measure_calls', { since_minutes: 1e9 }],
    ['measure_calls', { this_session: 'yes' }],
    ['show_limits', { all: true }],
  ])('refuses arguments of %s that it does not take: %j', async (tool, args) => {
    const { message } = await (await clientOf(await aSession())).call(tool, args);
    expect(message.result).toMatchObject({ isError: true, structuredContent: { status: 'failed' } });
  });

  it('has tools and nothing else, and no tool for commands unless the operator says so', async () => {
    const client = await clientOf(await aSession('admin'));
    const { message } = await client.initialize();
    expect((message.result as JsonObject).capabilities).toEqual({ tools: { listChanged: true } });
    expect(codeOf(await client.request('resources/read', { uri: 'file:///etc/passwd' }))).toBe(-32_601);
    expect(codeOf(await client.request('resources/subscribe', { uri: 'a:b' }))).toBe(-32_601);
    expect(codeOf(await client.request('prompts/get', { name: 'any' }))).toBe(-32_602);
    expect(codeOf(await client.call('run_command', { argv: ['admin', 'users', 'count'] }))).toBe(-32_602);
  });
});
