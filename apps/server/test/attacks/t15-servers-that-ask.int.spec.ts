import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aDoor, type TestDoor } from '../mcp/a-door.ts';
import { type AnsweringClient, anAnsweringClient, form } from '../mcp/an-answering-client.ts';
import { codeOf, RawClient, textOf } from '../mcp/an-mcp-client.ts';

/** Of a token's form and checksum, and nobody's. */
const GITHUB_TOKEN = `ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'}`;

let door: TestDoor;
beforeAll(async () => {
  const hostile = { command: HOSTILE_MCP_SERVER };
  door = await aDoor({
    servers: {
      asking: { ...hostile, clientRequests: ['elicitation', 'url_elicitation', 'sampling', 'roots'] },
      leaky: { ...hostile, env: { LEAKED: GITHUB_TOKEN } },
      silent: { ...hostile, clientRequests: [] },
      common: { ...hostile, isolation: 'shared', stateless: true },
    },
  });
});
afterAll(() => door.stop());
beforeEach(async () => void (await door.rows()));

const tokenFor = (server: string) => door.token({ resource: `mcp/${server}` });

async function aClient(server: string, content?: Record<string, string>): Promise<AnsweringClient> {
  return anAnsweringClient(door, server, await tokenFor(server), content);
}

describe('what a server asks its client', () => {
  it('reaches it as a form by default, is decided like a call, and stands in its trace', async () => {
    const client = await aClient('hostile');
    const answers = await client.askedFor('elicitation/create', form('Which branch?'));
    expect(answers).toEqual([{ action: 'accept', content: { answer: 'forty-two' } }]);
    const rows = await door.rows();
    expect(rows.map(({ event, action }) => [event, action])).toEqual([
      ['tool_call.decided', 'mcp__hostile__ask'],
      ['tool_call.decided', 'mcp__hostile__elicitation/create'],
      ['tool_call.completed', 'mcp__hostile__elicitation/create'],
      ['tool_call.completed', 'mcp__hostile__ask'],
    ]);
    expect(new Set(rows.map(({ trace_id }) => trace_id)).size).toBe(1);
    await client.close();
  });

  it.each<[string, string, JsonObject]>([
    ['a model', 'sampling/createMessage', { messages: [], maxTokens: 1 }],
    ['its folders', 'roots/list', {}],
    [
      'to open an address',
      'elicitation/create',
      { mode: 'url', message: 'Open', url: 'https://example.test/', elicitationId: 'e' },
    ],
  ])('for %s is refused unless its YAML allows it, on record', async (_what, method, params) => {
    const client = await aClient('hostile');
    expect(await client.askedFor(method, params)).toEqual([{ refused: -32_600 }]);
    expect(client.asked).toEqual([]);
    expect((await door.rows())[1]).toMatchObject({ decision: 'deny', policy: 'policy_denied' });
    await client.close();
    const allowed = await aClient('asking');
    const [answer] = await allowed.askedFor(method, params);
    expect(answer).not.toHaveProperty('refused');
    expect(allowed.asked).toHaveLength(1);
    await allowed.close();
  });

  it.each<[string, JsonObject, string]>([
    ['a form for a password', form('Your password, please'), 'policy_denied'],
    ['a form with a field for a key', form('Fill this in', 'api_key'), 'policy_denied'],
    ['no form', { message: 'x' }, 'policy_denied'],
    [
      'an address with a name in it',
      { mode: 'url', message: 'x', url: 'https://a@example.test/' },
      'policy_denied',
    ],
    ['an address of a script', { mode: 'url', message: 'x', url: 'javascript:alert(1)' }, 'policy_denied'],
  ])('is refused whatever its YAML allows: %s', async (_what, params, policy) => {
    const client = await aClient('asking');
    expect(await client.askedFor('elicitation/create', params)).toEqual([{ refused: -32_600 }]);
    expect(client.asked).toEqual([]);
    const rows = await door.rows();
    expect(rows.map((row) => row.policy)).toContain(policy);
    await client.close();
  });

  it('is refused where it carries a credential', async () => {
    const client = await aClient('leaky');
    expect(await client.call('leak_question')).toContain('refused');
    expect(client.asked).toEqual([]);
    const rows = await door.rows();
    expect(rows.map((row) => row.policy)).toContain('secret_detected');
    expect(JSON.stringify(rows)).not.toContain(GITHUB_TOKEN);
    await client.close();
  });

  it('is refused where its YAML lists nothing, where all callers share it, and for methods that are none', async () => {
    for (const [server, method] of [
      ['silent', 'elicitation/create'],
      ['common', 'elicitation/create'],
      ['asking', 'tasks/list'],
      ['asking', 'made/up'],
    ] as const) {
      const client = await aClient(server);
      expect(await client.askedFor(method, form('x'))).toEqual([{ refused: expect.any(Number) }]);
      expect(client.asked).toEqual([]);
      await client.close();
    }
  });

  it('comes back with credentials redacted, so that a form is no way to get one', async () => {
    const client = await aClient('hostile', { answer: GITHUB_TOKEN });
    const [answer] = await client.askedFor('elicitation/create', form('Which branch?'));
    expect(JSON.stringify(answer)).toContain('[REDACTED:');
    expect(JSON.stringify([answer, await door.rows()])).not.toContain(GITHUB_TOKEN);
    await client.close();
  });

  it('is bounded in a call', async () => {
    const client = await aClient('hostile');
    const answers = await client.askedFor('elicitation/create', form('Again?'), 200);
    expect(answers.filter((answer) => !('refused' in answer)).length).toBeLessThanOrEqual(16);
    expect(client.asked.length).toBeLessThanOrEqual(16);
    await client.close();
  });

  it('reaches nobody while calls of two connections are open', async () => {
    const token = await tokenFor('hostile');
    const [one, other] = [
      await anAnsweringClient(door, 'hostile', token),
      await anAnsweringClient(door, 'hostile', token),
    ];
    const waiting = other.call('late', { ms: 600 });
    await expect.poll(() => door.rows()).not.toEqual([]);
    expect(await one.askedFor('elicitation/create', form('Whose?'))).toEqual([{ refused: -32_601 }]);
    expect([...one.asked, ...other.asked]).toEqual([]);
    await waiting;
    for (const client of [one, other]) await client.close();
  });

  it('can be answered by the session that was asked alone', async () => {
    const [asked, other] = await Promise.all(
      [0, 1].map(async () => new RawClient(door, 'hostile', await tokenFor('hostile'))),
    );
    for (const client of [asked!, other!]) await client.initialize('2025-11-25', { elicitation: {} });
    const { stream, next } = await asked!.open('tools/call', {
      name: 'ask',
      arguments: { method: 'elicitation/create', params: form('Whose?') },
    });
    const question = await next();
    expect(question).toMatchObject({ method: 'elicitation/create' });
    const forged = {
      jsonrpc: '2.0',
      id: question.id!,
      result: { action: 'accept', content: { answer: 'forged' } },
    };
    await other!.send(forged);
    await asked!.send({ ...forged, result: { action: 'decline' } });
    expect(JSON.stringify(await next())).toContain('decline');
    await stream.cancel().catch(() => {});
  });
});

describe('a client of the revision without sessions and a server that asks in the older way', () => {
  async function rounds(): Promise<{ client: RawClient; first: JsonObject; params: JsonObject }> {
    const client = new RawClient(door, 'hostile', await tokenFor('hostile'));
    const params = {
      name: 'ask',
      arguments: { method: 'elicitation/create', params: form('Which branch?') },
    };
    const { message } = await client.modern('tools/call', params);
    return { client, first: message.result as JsonObject, params };
  }

  it('sees rounds, and the server has the call once', async () => {
    const { client, first, params } = await rounds();
    expect(first).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) });
    const [key, question] = Object.entries(first.inputRequests as JsonObject)[0]!;
    expect(question).toMatchObject({ method: 'elicitation/create' });
    const inputResponses = { [key]: { action: 'accept', content: { answer: 'main' } } };
    const retry = { ...params, inputResponses, requestState: first.requestState! };
    const second = await client.modern('tools/call', retry);
    expect(second.message.result).toMatchObject({ resultType: 'complete' });
    expect(JSON.parse(textOf(second))).toEqual([{ action: 'accept', content: { answer: 'main' } }]);
    const rows = await door.rows();
    expect(rows.map(({ action, result }) => [action, result?.status])).toEqual([
      ['mcp__hostile__ask', undefined],
      ['mcp__hostile__elicitation/create', undefined],
      ['mcp__hostile__ask', 'input_required'],
      ['mcp__hostile__ask', undefined],
      ['mcp__hostile__elicitation/create', 'ok'],
      ['mcp__hostile__ask', 'ok'],
    ]);
    const again = await client.modern('tools/call', retry);
    expect(textOf(again)).toContain('is not open any more');
  });

  it('cannot lend, change or reuse the state for another call', async () => {
    const { client, first, params } = await rounds();
    const state = first.requestState as string;
    const inputResponses = { 'question-1': { action: 'accept', content: {} } };
    const stranger = new RawClient(door, 'hostile', await tokenFor('hostile'));
    const tries = [
      await stranger.modern('tools/call', { ...params, inputResponses, requestState: state }),
      await client.modern('tools/call', { ...params, inputResponses, requestState: `${state}A` }),
      await client.modern('tools/call', { ...params, inputResponses, requestState: state.slice(4) }),
      await client.modern('tools/call', { name: 'echo', arguments: {}, inputResponses, requestState: state }),
      await client.modern('tools/call', { ...params, inputResponses, requestState: 'x'.repeat(1_000) }),
    ];
    expect(tries.map(codeOf)).toEqual(tries.map(() => -32_602));
  });
});

describe('a stream that lost its connection', () => {
  it('is taken up behind the last event, by its own session alone', async () => {
    const client = new RawClient(door, 'hostile', await tokenFor('hostile'));
    await client.initialize();
    const { stream, events } = await client.open('tools/call', {
      name: 'late_progress',
      arguments: { ms: 300 },
      _meta: { progressToken: 'p' },
    });
    const seen = await events(2);
    await stream.cancel();
    const lastId = seen.at(-1)!.id!;
    const stranger = new RawClient(door, 'hostile', await tokenFor('hostile'));
    await stranger.initialize();
    expect((await stranger.send(undefined, { 'last-event-id': lastId }, 'GET')).status).toBe(404);
    expect((await client.send(undefined, { 'last-event-id': 'x.1' }, 'GET')).status).toBe(404);
    const resumed = await client.send(undefined, { 'last-event-id': lastId }, 'GET');
    expect(resumed.messages.at(-1)).toMatchObject({ result: { content: [{ text: 'late' }] } });
    expect(resumed.messages).not.toContainEqual(seen.at(-1)!.message);
  });
});
