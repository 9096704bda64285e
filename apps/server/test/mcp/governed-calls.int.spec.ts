import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { anInitializedClient } from '../support/an-initialized-client.ts';
import { aDoor, type TestDoor } from './a-door.ts';
import { codeOf, RawClient, textOf } from './an-mcp-client.ts';

/** Of a token's form and checksum, and nobody's. */
const GITHUB_TOKEN = `ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'}`;

let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  door = await aDoor({ servers: { leaky: { command: HOSTILE_MCP_SERVER, env: { LEAKED: GITHUB_TOKEN } } } });
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = await aClient('hostile');
  await door.rows();
});

const aClient = (server: string) => anInitializedClient(door, server);

describe('an allowed call', () => {
  it('has its row before and its row after, joined by one trace', async () => {
    const answered = await client.call('echo', { message: 'hello' });
    expect(textOf(answered)).toBe('{"message":"hello"}');
    const rows = await door.rows();
    expect(rows).toMatchObject([
      {
        event: 'tool_call.decided',
        action: 'mcp__hostile__echo',
        decision: 'allow',
        evaluation: { content: { input: { message: 'hello' }, claimed: { client_name: 'raw' } } },
        result: null,
      },
      {
        event: 'tool_call.completed',
        action: 'mcp__hostile__echo',
        result: { status: 'ok', error: null, reportedBy: 'gatehouse' },
      },
    ]);
    expect(rows[0]?.trace_id).toBe(rows[1]?.trace_id);
  });

  it('keeps the trace, the tool use and the connection that the client named', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const meta = { traceparent: `00-${trace}-00f067aa0ba902b7-01`, 'claudecode/toolUseId': 'toolu_1' };
    await client.call('echo', {}, meta);
    await client.call('echo');
    const rows = await door.rows();
    expect(rows[0]).toMatchObject({ trace_id: trace, task_id: 'toolu_1' });
    expect(new Set(rows.map((row) => row.context_id)).size).toBe(1);
    expect(JSON.stringify(rows)).not.toContain(client.sessionId);
  });

  it('tells the child the trace, and nothing that only correlates', async () => {
    const meta = { 'claudecode/toolUseId': 'toolu_1', progressToken: 'mine', kept: { deep: [1] } };
    const told = JSON.parse(textOf(await client.call('progress', {}, meta))) as JsonObject;
    const [row] = await door.rows();
    expect(Object.keys(told).sort()).toEqual(['kept', 'progressToken', 'traceparent']);
    expect(told.kept).toEqual({ deep: [1] });
    expect(told.progressToken).not.toBe('mine');
    expect(told.traceparent).toMatch(new RegExp(`^00-${row!.trace_id}-[0-9a-f]{16}-01$`));
  });

  it('tells a child of no client but the gateway, and that it may ask what its YAML lists and the client can', async () => {
    const modern = new RawClient(door, 'modern', await door.token({ resource: 'mcp/modern' }));
    const envelope = JSON.parse(
      textOf(await modern.modern('tools/call', { name: 'envelope' })),
    ) as JsonObject;
    expect(envelope).toMatchObject({
      'io.modelcontextprotocol/clientInfo': { name: 'gatehouse' },
      'io.modelcontextprotocol/clientCapabilities': {},
    });
    const told = envelope['io.modelcontextprotocol/clientCapabilities'];
    expect(told).toEqual({ elicitation: { form: {} } });
  });

  it.each([
    ['resources/read', { uri: 'hostile://cancelled' }, 'mcp__hostile__resources/read'],
    ['prompts/get', { name: 'greet' }, 'mcp__hostile__prompts/get'],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'a', value: 'b' } },
      'mcp__hostile__completion/complete',
    ],
  ])('of %s has its rows too', async (method, params, action) => {
    expect((await client.request(method, params)).message.result).toBeDefined();
    expect(await door.rows()).toMatchObject([
      { event: 'tool_call.decided', action, decision: 'allow' },
      { event: 'tool_call.completed', action, result: { status: 'ok' } },
    ]);
  });

  it('comes back with credentials redacted, in the answer as in the row', async () => {
    const leaky = await aClient('leaky');
    const answered = await leaky.call('print_env');
    expect(textOf(answered)).toContain('LEAKED');
    expect(textOf(answered)).toContain('[REDACTED:');
    expect(answered.text).not.toContain(GITHUB_TOKEN);
    expect(JSON.stringify(await door.rows())).not.toContain(GITHUB_TOKEN);
  });

  it.each(['error', 'notification'])('has credentials redacted in its %s', async (where) => {
    const leaky = await aClient('leaky');
    const answered =
      where === 'error' ? await leaky.call('leak_error') : await leaky.call('leak_notification', {});
    expect(answered.text).toContain('[REDACTED:');
    expect(answered.text).not.toContain(GITHUB_TOKEN);
    expect(JSON.stringify(await door.rows())).not.toContain(GITHUB_TOKEN);
  });

  it('for a tool that the server does not offer is not made', async () => {
    const before = door.spawns('hostile');
    expect(codeOf(await client.call('no_such_tool'))).toBe(-32_602);
    expect(codeOf(await client.request('prompts/get', { name: 'nothing' }))).toBe(-32_602);
    expect(door.spawns('hostile')).toBe(before);
    expect((await door.rows()).map(({ result }) => result?.status)).toEqual([
      undefined,
      'not_executed',
      undefined,
      'not_executed',
    ]);
  });
});

describe('a denied call', () => {
  it.each<readonly [string, JsonObject, JsonObject | undefined]>([
    ['an argument', { message: `use ${GITHUB_TOKEN}` }, undefined],
    ['a key', { [GITHUB_TOKEN]: 1 }, undefined],
    ['the metadata beside it', { message: 'x' }, { 'com.example/note': GITHUB_TOKEN }],
  ])(
    'for a credential in %s starts nothing, is one row, and repeats nothing of it',
    async (_where, args, meta) => {
      const before = door.spawns('hostile');
      const answered = await client.call('echo', args, meta);
      expect(answered.status).toBe(200);
      expect(answered.message.result).toMatchObject({ isError: true });
      expect(textOf(answered)).toMatch(/^\[GOVERNANCE\] .* \(secret_detected\)$/);
      expect(door.spawns('hostile')).toBe(before);
      const rows = await door.rows();
      expect(rows).toMatchObject([
        { event: 'tool_call.decided', decision: 'deny', policy: 'secret_detected' },
      ]);
      for (const text of [answered.text, JSON.stringify(rows)]) expect(text).not.toContain(GITHUB_TOKEN);
    },
  );

  it('for a credential in a member of the parameters that no method has is denied too', async () => {
    const params = { name: 'echo', arguments: {}, task: { note: GITHUB_TOKEN } };
    expect(textOf(await client.request('tools/call', params))).toContain('(secret_detected)');
  });

  it('for what is destructive names the check', async () => {
    const answered = await client.call('echo', { command: 'rm -rf /' });
    expect(textOf(answered)).toMatch(/^\[GOVERNANCE\] .* \(blocklisted\)$/);
  });

  it('for its role is a result that a model can read, and in lists there is nothing to call', async () => {
    const service = new RawClient(door, 'hostile', await door.token({ role: 'service' }));
    await service.initialize();
    expect((await service.request('tools/list')).message.result).toEqual({ tools: [] });
    expect((await service.request('resources/list')).message.result).toEqual({ resources: [] });
    expect((await service.request('prompts/list')).message.result).toEqual({ prompts: [] });
    await door.rows();
    expect(textOf(await service.call('echo'))).toMatch(/\(scope_denied\)$/);
    expect(codeOf(await service.request('resources/read', { uri: 'hostile://cancelled' }))).toBe(-32_000);
    expect((await door.rows()).map(({ policy }) => policy)).toEqual(['scope_denied', 'scope_denied']);
  });

  it('in the stateless revision is a complete result', async () => {
    const modern = new RawClient(door, 'modern', await door.token({ resource: 'mcp/modern' }));
    const answered = await modern.modern('tools/call', { name: 'greet', arguments: { token: GITHUB_TOKEN } });
    expect(answered.message.result).toMatchObject({
      isError: true,
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'modern-fixture' } },
    });
  });
});
