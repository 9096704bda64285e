import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDoor, type TestDoor } from './a-door.ts';
import { codeOf, RawClient } from './an-mcp-client.ts';

const PING = { jsonrpc: '2.0', id: 7, method: 'ping' };

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

describe('a body that is no message', () => {
  it.each([
    ['nothing', ''],
    ['no JSON', '{"a":'],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['a duplicate key', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}'],
    ['a prototype key', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{}}}'],
    ['a lone surrogate', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\ud800"}}'],
    ['an inexact number', '{"jsonrpc":"2.0","id":12345678901234567890,"method":"ping"}'],
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
  ])('%s: a parse error, on record', async (_name, body) => {
    const answered = await client.send(body);
    expect([answered.status, codeOf(answered)]).toEqual([400, -32_700]);
    expect(await door.rows()).toMatchObject([
      { event: 'request.rejected', action: 'POST /mcp/{server}', decision: 'deny', policy: 'input_invalid' },
    ]);
  });

  it.each([
    ['a number', 42],
    ['a string', 'ping'],
    ['null', null],
    ['an object without a method', { jsonrpc: '2.0', id: 1 }],
    ['another version', { jsonrpc: '1.0', id: 1, method: 'ping' }],
    ['an id that is an object', { jsonrpc: '2.0', id: {}, method: 'ping' }],
    ['parameters that are no object', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: [1] }],
    ['an empty batch', []],
  ])('%s: an invalid request, on record', async (_name, body) => {
    const answered = await client.send(JSON.stringify(body));
    expect([answered.status, codeOf(answered)]).toEqual([400, -32_600]);
    expect(await door.rows()).toHaveLength(1);
  });

  it('over 1 MiB: 413, on record', async () => {
    const answered = await client.send(`{"a":"${'x'.repeat(1024 * 1024)}"}`);
    expect([answered.status, codeOf(answered)]).toEqual([413, -32_000]);
    expect(await door.rows()).toMatchObject([{ event: 'request.rejected', policy: 'input_invalid' }]);
  });

  it('of just 1 MiB is read', async () => {
    const frame = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta: { x: '' } } });
    const answered = await client.send(
      frame.replace('"x":""', `"x":"${'y'.repeat(1024 * 1024 - frame.length)}"`),
    );
    expect(answered.status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])('of type %s: 415', async (type) => {
    expect((await client.send(JSON.stringify(PING), { 'content-type': type })).status).toBe(415);
  });
});

describe('a request', () => {
  it.each([
    ['application/json', 406],
    ['text/event-stream', 406],
    ['text/html', 406],
    [null, 406],
    ['*/*', 200],
    ['text/event-stream;q=0.9, application/json', 200],
  ])('that accepts %s: %i', async (accept, status) => {
    // Without the header the runtime sends a wildcard, so its absence cannot be tested with it.
    const answered = await client.send(PING, { accept: accept ?? 'nothing/here' });
    expect(answered.status).toBe(status);
  });

  it.each([
    ['sampling/createMessage', {}],
    ['roots/list', {}],
    ['elicitation/create', {}],
    ['resources/subscribe', { uri: 'a://b' }],
    ['tasks/list', {}],
    ['subscriptions/listen', {}],
    ['server/discover', {}],
    ['made/up', {}],
    ['__proto__', {}],
    ['constructor', {}],
  ])('for %s is denied, on record', async (method, params) => {
    const answered = await client.request(method, params);
    expect([answered.status, codeOf(answered)]).toEqual([200, -32_601]);
    expect(await door.rows()).toMatchObject([{ event: 'request.rejected', policy: 'policy_denied' }]);
  });

  it.each([
    ['tools/call', {}],
    ['tools/call', { name: 7 }],
    ['tools/call', { name: 'x'.repeat(129) }],
    ['tools/call', { name: 'resources/read' }],
    ['tools/call', { name: 'echo', arguments: [] }],
    ['tools/call', { name: 'echo', arguments: { 'mcp:params': 1 }, more: true }],
    ['resources/read', { uri: 7 }],
    ['prompts/get', {}],
    ['completion/complete', { ref: 'x' }],
    ['logging/setLevel', { level: 'loud' }],
    ['tools/list', { cursor: 'x' }],
  ])('for %s with %o has invalid parameters, on record', async (method, params) => {
    expect(codeOf(await client.request(method, params))).toBe(-32_602);
    expect(await door.rows()).toMatchObject([{ event: 'request.rejected', policy: 'input_invalid' }]);
  });

  it.each([7, 'seven', 'x'.repeat(1_000), 0, -1])('gets its own id back: %s', async (id) => {
    expect((await client.request('ping', undefined, id)).message).toEqual({ jsonrpc: '2.0', id, result: {} });
  });

  it('under an id that is open already is refused', async () => {
    const first = client.request('tools/call', { name: 'late', arguments: { ms: 200 } }, 'twice');
    await expect.poll(() => door.rows()).not.toEqual([]);
    expect(codeOf(await client.request('ping', undefined, 'twice'))).toBe(-32_600);
    const again = await client.request('tools/call', { name: 'count', arguments: {} }, 'twice');
    expect(codeOf(again)).toBe(-32_600);
    expect(await door.rows()).toMatchObject([{ event: 'request.rejected', policy: 'input_invalid' }]);
    expect((await first).message.result).toBeDefined();
  });

  it.each([
    ['without a session', { 'mcp-session-id': null }, 400],
    ['of a session that there is not', { 'mcp-session-id': 'gone' }, 404],
  ])('that is a call is on record %s, and a list is not', async (_what, headers, status) => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'count', arguments: {} } };
    expect((await client.send(call, headers)).status).toBe(status);
    expect(await door.rows()).toMatchObject([{ event: 'request.rejected', policy: 'input_invalid' }]);
    expect((await client.send({ ...call, method: 'tools/list', params: {} }, headers)).status).toBe(status);
    expect(await door.rows()).toEqual([]);
  });

  it.each([
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', method: 'notifications/made/up', params: { a: 1 } },
    { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'none' } },
    { jsonrpc: '2.0', id: 1, result: {} },
    { jsonrpc: '2.0', id: 1, error: { code: 1, message: 'x' } },
  ])('that needs no answer is taken: %o', async (message) => {
    const answered = await client.send(message);
    expect([answered.status, answered.text]).toEqual([202, '']);
    expect(await door.rows()).toEqual([]);
  });
});
