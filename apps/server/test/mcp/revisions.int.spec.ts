import { Sessions } from '@gatehouse/identity';
import { McpDefinitions } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aDoor, type TestDoor } from './a-door.ts';
import { codeOf, RawClient } from './an-mcp-client.ts';

const PING = { jsonrpc: '2.0', id: 7, method: 'ping' };

let door: TestDoor;
let client: RawClient;
let modern: RawClient;
beforeAll(async () => {
  door = await aDoor({ servers: { broken: { command: 'no-such-command' } } });
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = new RawClient(door, 'hostile', await door.token());
  await client.initialize();
  modern = new RawClient(door, 'modern', await door.token({ resource: 'mcp/modern' }));
  await door.rows();
});

/** Resolves when the session's stream is open. */
function streamOf({ url, sessionId }: RawClient, token: string, signal?: AbortSignal): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'text/event-stream, application/json',
    'content-type': 'application/json',
    'mcp-session-id': sessionId!,
  };
  return fetch(url, { headers, signal: signal ?? null });
}

describe('the revisions with a handshake', () => {
  it.each([
    ['2025-11-25', '2025-11-25'],
    ['2025-06-18', '2025-06-18'],
    ['2025-03-26', '2025-03-26'],
    ['2024-11-05', '2024-11-05'],
    ['1999-01-01', '2025-11-25'],
    ['', '2025-11-25'],
  ])('are negotiated: %s gives %s', async (asked, given) => {
    expect((await client.initialize(asked)).message.result).toMatchObject({ protocolVersion: given });
  });

  it('offer only what is served', async () => {
    expect((await client.initialize()).message.result).toMatchObject({
      capabilities: {
        tools: { listChanged: true },
        resources: { listChanged: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
    });
  });

  it('need the session header, and a revision that is one', async () => {
    expect((await client.send(PING, { 'mcp-session-id': null })).status).toBe(400);
    expect((await client.send(PING, { 'mcp-session-id': 'none' })).status).toBe(404);
    expect((await client.send(PING, { 'mcp-protocol-version': '1999-01-01' })).status).toBe(400);
    expect((await client.send(PING, { 'mcp-protocol-version': '2025-06-18' })).status).toBe(200);
  });

  it('take batches in 2025-03-26', async () => {
    await client.initialize('2025-03-26');
    const answered = await client.send([
      PING,
      { jsonrpc: '2.0', method: 'notifications/x' },
      { jsonrpc: '2.0', id: 8, method: 'tools/call', params: { name: 'echo', arguments: { b: 1 } } },
    ]);
    expect(answered.messages).toMatchObject([
      { id: 7, result: {} },
      { id: 8, result: { content: [{ text: '{"b":1}' }] } },
    ]);
  });

  it.each([
    ['in a later revision', '2025-11-25', [PING]],
    ['with a handshake in them', '2025-03-26', [{ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }]],
    ['of more than 50', '2025-03-26', Array.from({ length: 51 }, (_, id) => ({ ...PING, id }))],
  ])('refuse batches %s', async (_name, version, batch) => {
    await client.initialize(version);
    const answered = await client.send(batch);
    expect([answered.status, codeOf(answered)]).toEqual([400, -32_600]);
  });

  it('have one stream a session, which announces that a server was discovered anew', async () => {
    const token = await door.token();
    const opened = new RawClient(door, 'hostile', token);
    await opened.initialize();
    const ended = new AbortController();
    const stream = await streamOf(opened, token, ended.signal);
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect((await opened.send(undefined, {}, 'GET')).status).toBe(409);
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toMatch(/^id: [A-Za-z0-9_-]{16}\.0\nretry: 1000\ndata: \n\n$/);
    const read = reader.read();
    await door.app.get(McpDefinitions).refresh('hostile');
    expect((await read).value).toContain('notifications/tools/list_changed');
    ended.abort();
    await expect(reader.closed).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('end their stream within moments once the token behind it is worth nothing', async () => {
    const token = await door.token();
    const opened = new RawClient(door, 'hostile', token);
    await opened.initialize();
    await opened.call('echo');
    const [row] = await door.rows();
    const stream = await streamOf(opened, token);
    expect(stream.status).toBe(200);
    await door.app.get(Sessions).revoke(row!.session_id, { reason: 'logout' });
    // It ends, or this does not.
    await stream.text();
  });

  it('have no stream without a session', async () => {
    const answered = await client.send(undefined, { 'mcp-session-id': null }, 'GET');
    expect([answered.status, answered.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('are not spoken by a server that has none of them, which says so', async () => {
    const before = await client.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(before.status).toBe(200);
    const broken = new RawClient(door, 'broken', await door.token({ resource: 'mcp/broken' }));
    const answered = await broken.initialize();
    expect([answered.status, codeOf(answered)]).toEqual([503, -32_000]);
    expect(answered.text).toContain('its command was not found');
    expect(Number(answered.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('the stateless revision', () => {
  it('is discovered and listed without a session', async () => {
    const discovered = await modern.modern('server/discover');
    expect(discovered.message.result).toMatchObject({
      supportedVersions: expect.arrayContaining(['2026-07-28', '2025-11-25']),
      capabilities: { tools: { listChanged: true }, resources: {}, prompts: {} },
      resultType: 'complete',
      cacheScope: 'private',
      ttlMs: 0,
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'modern-fixture' } },
    });
    expect((await modern.modern('tools/list')).message.result).toMatchObject({ resultType: 'complete' });
    expect(discovered.headers.get('mcp-session-id')).toBeNull();
  });

  it.each([
    ['without Mcp-Method', { 'mcp-method': null }],
    ['with another Mcp-Method', { 'mcp-method': 'tools/list' }],
    ['without Mcp-Name', { 'mcp-name': null }],
    ['with another Mcp-Name', { 'mcp-name': 'envelope' }],
    [
      'with another Mcp-Name in Base64',
      { 'mcp-name': `=?base64?${Buffer.from('envelope').toString('base64')}?=` },
    ],
    ['without MCP-Protocol-Version', { 'mcp-protocol-version': null }],
  ])('refuses a call %s', async (_name, headers) => {
    const before = door.spawns('modern');
    const answered = await modern.modern('tools/call', { name: 'greet' }, headers);
    expect([answered.status, codeOf(answered)]).toEqual([400, -32_020]);
    expect(door.spawns('modern')).toBe(before);
    expect(answered.text).not.toContain('envelope');
  });

  it('takes Mcp-Name in Base64', async () => {
    const name = `=?base64?${Buffer.from('greet').toString('base64')}?=`;
    expect((await modern.modern('tools/call', { name: 'greet' }, { 'mcp-name': name })).status).toBe(200);
  });

  it.each(['made/up', 'ping', 'initialize', 'resources/subscribe', 'logging/setLevel'])(
    'does not have %s',
    async (method) => {
      const answered = await modern.modern(method);
      expect([answered.status, codeOf(answered)]).toEqual([404, -32_601]);
    },
  );

  it('is refused, with what there is instead, in a revision that there is not', async () => {
    const answered = await modern.modern('server/discover', {}, { 'mcp-protocol-version': '2199-01-01' });
    expect(answered.status).toBe(400);
  });

  it('is spoken to a server that has none, which answers as if it had', async () => {
    const answered = await client.modern('tools/call', { name: 'echo' }, { 'mcp-session-id': null });
    expect(answered.message.result).toMatchObject({
      resultType: 'complete',
      content: [{ type: 'text' }],
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'hostile' } },
    });
  });
});
