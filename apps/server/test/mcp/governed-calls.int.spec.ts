import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@gatehouse/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aDoor, type TestDoor } from './a-door.ts';
import { codeOf, RawClient, textOf } from './an-mcp-client.ts';

/** Of a token's form and checksum, and nobody's. */
const GITHUB_TOKEN = `ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'}`;

let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  door = await aDoor({
    servers: {
      impatient: {
        command: HOSTILE_MCP_SERVER,
        limits: LIMITS,
      },
      leaky: {
        command: HOSTILE_MCP_SERVER,
        env: { LEAKED: GITHUB_TOKEN },
      },
      broken: { command: 'no-such-command' },
    },
  });
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = await aClient('hostile');
  await door.rows();
});

const LIMITS = {
  timeoutMs: 1_000,
  outputBytes: 10_000,
  idleMs: 300_000,
  memoryMb: 512,
  childrenPerUser: 8,
  concurrentCalls: 64,
};

async function aClient(server: string): Promise<RawClient> {
  const one = new RawClient(door, server, await door.token({ resource: `mcp/${server}` }));
  await one.initialize();
  return one;
}

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

describe('a call to a child that misbehaves', () => {
  it.each([
    ['never_answer', {}, 'timeout', 'did not answer within 1 s; what it did is unknown'],
    ['empty_answer', {}, 'timeout', 'did not answer within 1 s'],
    ['exit', {}, 'unknown', 'ended during the call (it exited with code 7); what it did is unknown'],
    ['crash', {}, 'unknown', 'ended during the call (it was ended by SIGKILL)'],
    ['huge', { bytes: 100_000 }, 'tool_error', 'is larger than 10000 bytes'],
    ['odd_result', {}, 'tool_error', 'is no object'],
  ])('%s: gets a clear answer, and the row says what is known', async (tool, args, status, told) => {
    const impatient = await aClient('impatient');
    const answered = await impatient.call(tool, args);
    expect(answered.message.result).toMatchObject({ isError: true });
    expect(textOf(answered)).toMatch(/^\[GOVERNANCE\] .* \(upstream_unavailable\)$/);
    expect(textOf(answered)).toContain(told);
    const rows = await door.rows();
    expect(rows.at(-1)).toMatchObject({ event: 'tool_call.completed', result: { status } });
  });

  it('flood: harms no other caller', async () => {
    const impatient = await aClient('impatient');
    const flood = impatient.call('flood', { count: 50_000, bytes: 1_000 });
    await expect.poll(() => door.rows()).not.toEqual([]);
    expect(textOf(await client.call('echo', { still: 'fine' }))).toBe('{"still":"fine"}');
    expect((await flood).message.result).toMatchObject({ isError: true });
  });

  it('a server that cannot be started is unavailable, on record, and says when to try again', async () => {
    const hostile = door.servers.find('impatient')!;
    const impatient = await aClient('impatient');
    // The pause grows with each failure, and outgrows what this machine takes for a call.
    let answered = await impatient.call('exit');
    for (let i = 0; i < 8 && !textOf(answered).includes('may be started again in'); i += 1)
      answered = await impatient.call('exit');
    expect(textOf(answered)).toContain('may be started again in');
    expect(answered.message.result).toMatchObject({ _meta: { retryAfterMs: expect.any(Number) } });
    expect((await door.rows()).at(-1)).toMatchObject({ result: { status: 'upstream_unavailable' } });
    expect(hostile.counters.restarts).toBeGreaterThan(0);
  });

  it('its JSON-RPC error reaches the caller', async () => {
    const answered = await client.call('error', { code: -32_042, message: 'out of order' });
    expect(answered.message.error).toEqual({
      code: -32_042,
      message: 'out of order',
      data: { of: 'the tool', 'gatehouse/receipts': [expect.anything(), expect.anything()] },
    });
    expect((await door.rows()).at(-1)).toMatchObject({ result: { status: 'tool_error' } });
  });
});

describe('what a child says besides its answer', () => {
  it('upgrades the response to a stream, and ends with the answer', async () => {
    const answered = await client.call('progress', {}, { progressToken: 'mine' });
    expect(answered.headers.get('content-type')).toBe('text/event-stream');
    expect(answered.messages).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } },
      { result: { content: [{ type: 'text' }] } },
    ]);
  });

  it('is left out below the level that the client asked for', async () => {
    expect((await client.request('logging/setLevel', { level: 'error' })).message.result).toEqual({});
    const answered = await client.call('flood', { count: 10 });
    expect(answered.headers.get('content-type')).toMatch(/^application\/json/);
    await client.request('logging/setLevel', { level: 'debug' });
    expect((await client.call('flood', { count: 10 })).messages).toHaveLength(11);
  });
});

/** How to await that a child of the server says that it has a call, which it then does not answer. */
function childHasCall(server: string): () => Promise<void> {
  const heard = () => door.servers.stderr(server).filter(({ text }) => text.includes('has a call')).length;
  const before = heard();
  return () => expect.poll(heard, { interval: 5, timeout: 20_000 }).toBe(before + 1);
}

describe('a cancelled call', () => {
  it('is given up by the child, answered with nothing, and its outcome recorded as unknown', async () => {
    await client.call('echo');
    await door.rows();
    const reached = childHasCall('hostile');
    const call = client.request('tools/call', { name: 'never_answer' }, 'to-cancel');
    await reached();
    const params = { requestId: 'to-cancel' };
    await client.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    const answered = await call;
    expect([answered.status, answered.text]).toEqual([202, '']);
    expect((await door.rows()).at(-1)).toMatchObject({ result: { status: 'unknown' } });
    const read = await client.request('resources/read', { uri: 'hostile://cancelled' });
    expect(read.text).toContain('[3]');
  });

  it('of another session stays open', async () => {
    const other = await aClient('hostile');
    const call = other.request('tools/call', { name: 'late', arguments: { ms: 300 } }, 'shared-id');
    await expect.poll(() => door.rows()).not.toEqual([]);
    await client.send({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 'shared-id' },
    });
    expect(textOf(await call)).toBe('late');
  });

  it('in the stateless revision is one whose client went away', async () => {
    const modern = new RawClient(door, 'modern', await door.token({ resource: 'mcp/modern' }));
    await modern.modern('tools/call', { name: 'greet' });
    await door.rows();
    const reached = childHasCall('modern');
    const given = new AbortController();
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const call = modern.send(
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'wait', _meta } },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'wait' },
      'POST',
      given.signal,
    );
    await reached();
    given.abort();
    await expect(call).rejects.toThrow('aborted');
    let rows: Awaited<ReturnType<TestDoor['rows']>> = [];
    while (!rows.some(({ event }) => event === 'tool_call.completed')) {
      await sleep(10);
      rows = [...rows, ...(await door.rows())];
    }
    expect(rows.at(-1)).toMatchObject({ result: { status: 'unknown' } });
  });
});
