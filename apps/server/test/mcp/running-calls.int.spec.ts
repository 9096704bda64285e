import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { anInitializedClient } from '../support/an-initialized-client.ts';
import { aDoor, type TestDoor } from './a-door.ts';
import { RawClient, textOf } from './an-mcp-client.ts';

const LIMITS = {
  timeoutMs: 1_000,
  outputBytes: 10_000,
  idleMs: 300_000,
  memoryMb: 512,
  childrenPerUser: 8,
  concurrentCalls: 64,
};

let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  door = await aDoor({ servers: { impatient: { command: HOSTILE_MCP_SERVER, limits: LIMITS } } });
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = await aClient('hostile');
  await door.rows();
});

const aClient = (server: string) => anInitializedClient(door, server);

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
    const completed = await vi.waitUntil(
      async () => (await door.rows()).find(({ event }) => event === 'tool_call.completed'),
      { timeout: 10_000 },
    );
    expect(completed).toMatchObject({ result: { status: 'unknown' } });
  });
});
