import type { JsonObject } from '@gatehouse/kernel';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER, ONE_ERA_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aDoor, type TestDoor } from './a-door.ts';
import { anAnsweringClient } from './an-answering-client.ts';
import { codeOf, type OpenStream, RawClient, textOf } from './an-mcp-client.ts';

const META = 'io.modelcontextprotocol/';
let door: TestDoor;
beforeAll(async () => {
  door = await aDoor({
    servers: {
      older: { command: ONE_ERA_MCP_SERVER },
      newer: { command: ONE_ERA_MCP_SERVER, args: ['--modern'] },
      asking: { command: HOSTILE_MCP_SERVER, clientRequests: ['roots', 'url_elicitation'] },
    },
  });
});
afterAll(() => door.stop());
beforeEach(async () => void (await door.rows()));

async function aClient(server: string, capabilities?: JsonObject, token?: string): Promise<RawClient> {
  const client = new RawClient(door, server, token ?? (await door.token({ resource: `mcp/${server}` })));
  await client.initialize('2025-11-25', capabilities);
  return client;
}

describe('arguments that a tool wants in headers', () => {
  const route = async (args: JsonObject, headers: Record<string, string>) => {
    const client = new RawClient(door, 'older', await door.token({ resource: 'mcp/older' }));
    return client.modern('tools/call', { name: 'route', arguments: args }, headers);
  };
  const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

  it.each<[string, JsonObject, Record<string, string>]>([
    ['the same text', { region: 'eu-1' }, { 'Mcp-Param-Region': 'eu-1' }],
    ['the same text in Base64', { region: 'Zürich' }, { 'Mcp-Param-Region': base64('Zürich') }],
    ['the same number', { shard: 42 }, { 'Mcp-Param-Shard': '42.0' }],
    ['the same truth', { dry: false }, { 'Mcp-Param-Dry': 'false' }],
    ['one below another', { tenant: { id: 't' } }, { 'mcp-param-tenant-id': 't' }],
    ['none, for none', { region: null, query: 'free' }, {}],
    ['one for nothing', {}, { 'Mcp-Param-Region': 'eu-1' }],
  ])('are taken with %s', async (_what, args, headers) => {
    expect((await route(args, headers)).message.result).toMatchObject({ resultType: 'complete' });
  });

  it.each<[string, JsonObject, Record<string, string>]>([
    ['without their header', { region: 'eu-1' }, {}],
    ['with another text', { region: 'eu-1' }, { 'Mcp-Param-Region': 'us-1' }],
    ['with another number', { shard: 42 }, { 'Mcp-Param-Shard': '0x2a' }],
    ['with another truth', { dry: true }, { 'Mcp-Param-Dry': '1' }],
    ['with Base64 that is none', { region: 'eu-1' }, { 'Mcp-Param-Region': '=?base64?ZXUt*?=' }],
    ['with another below another', { tenant: { id: 't' } }, { 'Mcp-Param-Tenant-Id': 'u' }],
  ])('are refused %s, on record', async (_what, args, headers) => {
    const answer = await route(args, headers);
    expect([answer.status, codeOf(answer)]).toEqual([400, -32_020]);
    expect(await door.rows()).toMatchObject([{ event: 'request.rejected', policy: 'input_invalid' }]);
  });

  it('are sent by a client of the SDK, and wanted from none with a handshake', async () => {
    const token = await door.token({ resource: 'mcp/older' });
    const client = new Client({ name: 'v2', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    const options = { requestInit: { headers: { authorization: `Bearer ${token}` } } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${door.url}/mcp/older`), options));
    await client.listTools();
    const args = { region: 'São Paulo', shard: 7, dry: true };
    const { content } = await client.callTool({ name: 'route', arguments: args });
    expect(JSON.parse((content as { text: string }[])[0]!.text).arguments).toEqual(args);
    await client.close();
    const legacy = await aClient('older');
    expect(JSON.parse(textOf(await legacy.call('route', args))).arguments).toEqual(args);
  });
});

describe('tasks, which are not served', () => {
  it('are offered nowhere, and a call that wants one is made as if it did not', async () => {
    const client = await aClient('older');
    const { message } = await client.request('tools/list');
    const names = (message.result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    expect(names).toEqual(['touch', 'ask', 'route']);
    expect(codeOf(await client.call('report'))).toBe(-32_602);
    const params = { name: 'route', arguments: { query: 'q' }, task: { ttl: 1_000 } };
    expect(JSON.parse(textOf(await client.request('tools/call', params)))).toEqual({
      name: 'route',
      arguments: { query: 'q' },
    });
  });
});

describe('the folders of a client', () => {
  const FOLDERS = { roots: { listChanged: true } };
  const heard = async (client: RawClient) =>
    JSON.parse(textOf(await client.call('notified'))) as JsonObject[];
  const change = (client: RawClient) =>
    client.send({ jsonrpc: '2.0', method: 'notifications/roots/list_changed', params: { secret: 'x' } });
  const CHANGED = { method: 'notifications/roots/list_changed' };

  it('changed: its server hears of that, of nothing else with it, and no other process does', async () => {
    const client = await aClient('asking', FOLDERS);
    const other = await aClient('asking', FOLDERS);
    await heard(client);
    await heard(other);
    expect((await change(client)).status).toBe(202);
    expect(await heard(client)).toContainEqual(CHANGED);
    expect(await heard(other)).not.toContainEqual(CHANGED);
  });

  it.each<[string, string, JsonObject]>([
    ['a client that does not say when they change', 'asking', { roots: {} }],
    ['a server that may not ask for them', 'hostile', FOLDERS],
  ])('changed: nothing is said for %s', async (_who, server, capabilities) => {
    const client = await aClient(server, capabilities);
    await heard(client);
    await change(client);
    expect(await heard(client)).not.toContainEqual(CHANGED);
  });

  it('are handed on without those that hold what governs the server, on record', async () => {
    const { servicesDir, stateDir, root } = door.installation;
    const client = await aClient('asking', FOLDERS);
    const { stream, next } = await client.open('tools/call', {
      name: 'ask',
      arguments: { method: 'roots/list' },
    });
    const { id } = await next();
    const uris = ['/srv/project', servicesDir, `${stateDir}/new`, root, '/', '/srv/%2e%2e/'].map(
      (path) => `file://${path}`,
    );
    const roots = [
      ...uris,
      'https://example.test/',
      `file://${servicesDir.replace('services', '%73ervices')}`,
    ];
    await client.send({ jsonrpc: '2.0', id: id!, result: { roots: roots.map((uri) => ({ uri })) } });
    const { result } = (await next()) as { result: { content: { text: string }[] } };
    expect(JSON.parse(result.content[0]!.text)).toEqual([{ roots: [{ uri: 'file:///srv/project' }] }]);
    await stream.cancel();
    const rows = await door.rows();
    expect(
      rows.find(({ event, action }) => event === 'tool_call.completed' && action.endsWith('roots/list')),
    ).toMatchObject({
      result: { status: 'ok', error: '7 of its folders were left out: they hold what governs the server' },
    });
  });
});

describe('an address that a client was asked to open', () => {
  const ask = (elicitationId: string): JsonObject => ({
    method: 'elicitation/create',
    params: { mode: 'url', message: 'Open', url: 'https://example.test/', elicitationId },
  });
  const complete = (elicitationId: string): JsonObject => ({
    method: 'notifications/elicitation/complete',
    params: { elicitationId, more: 'never relayed' },
  });

  it('is done: the client that was asked is told so once, and of no other', async () => {
    const client = await aClient('asking', { elicitation: { url: {} } });
    const { next } = await client.listen();
    const asked = await client.open('tools/call', { name: 'ask', arguments: ask('mine') });
    const { id } = await asked.next();
    await client.send({ jsonrpc: '2.0', id: id!, result: { action: 'accept' } });
    await asked.next();
    for (const one of ['of nobody', 'mine', 'mine']) await client.call('notify', complete(one));
    await client.call('announce');
    expect([await next(), await next()]).toMatchObject([
      { method: 'notifications/elicitation/complete', params: { elicitationId: 'mine' } },
      { method: 'notifications/tools/list_changed' },
    ]);
  });
});

describe('a client with a handshake and a server of the revision without', () => {
  it('is asked what the server needs, and the call goes on with its answer', async () => {
    const token = await door.token({ resource: 'mcp/newer' });
    const client = await anAnsweringClient(door, 'newer', token, { branch: 'main' });
    expect(JSON.parse(await client.call('ask'))).toEqual({
      branch: { action: 'accept', content: { branch: 'main' } },
    });
    expect(client.asked).toEqual(['form']);
    expect((await door.rows()).map(({ event, action }) => [event, action.split('__').at(-1)])).toEqual([
      ['tool_call.decided', 'ask'],
      ['tool_call.decided', 'elicitation/create'],
      ['tool_call.completed', 'elicitation/create'],
      ['tool_call.completed', 'ask'],
    ]);
    await client.close();
  });
});

describe('a watched resource', () => {
  const touch = (client: RawClient, uri: string) => client.call('touch', { uri });
  const UPDATED = 'notifications/resources/updated';

  it.each(['older', 'newer'])(
    'is told of on the stream of a session, until it is watched no more: %s',
    async (server) => {
      const client = await aClient(server);
      const { next } = await client.listen();
      for (const uri of ['note://a', 'note://b']) {
        expect((await client.request('resources/subscribe', { uri })).message).toHaveProperty('result');
      }
      await touch(client, 'note://a');
      expect(await next()).toMatchObject({ method: UPDATED, params: { uri: 'note://a' } });
      await client.request('resources/unsubscribe', { uri: 'note://a' });
      for (const uri of ['note://a', 'note://c', 'note://b']) await touch(client, uri);
      expect(await next()).toMatchObject({ method: UPDATED, params: { uri: 'note://b' } });
      const rows = await door.rows();
      expect(rows.filter(({ action }) => action.endsWith('resources/subscribe'))).toHaveLength(4);
    },
  );

  it.each(['older', 'newer'])(
    'is told of in the answer to subscriptions/listen, under its id: %s',
    async (server) => {
      const token = await door.token({ resource: `mcp/${server}` });
      const listener = new RawClient(door, server, token);
      const stream = await listenTo(listener, 'note://a');
      expect(await stream.next()).toMatchObject({
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: { resourceSubscriptions: ['note://a'] } },
      });
      for (const uri of ['note://b', 'note://a']) {
        await listener.modern('tools/call', { name: 'touch', arguments: { uri } });
      }
      const updated = await stream.next();
      expect(updated).toMatchObject({ method: UPDATED, params: { uri: 'note://a' } });
      expect((updated.params as JsonObject)._meta).toEqual({ [`${META}subscriptionId`]: expect.any(Number) });
      await stream.stream.cancel();
    },
  );

  function listenTo(client: RawClient, uri: string): Promise<OpenStream> {
    const notifications = { resourceSubscriptions: [uri] };
    const _meta = {
      [`${META}protocolVersion`]: '2026-07-28',
      [`${META}clientInfo`]: { name: 'raw', version: '1' },
      // Of `RawClient.modern`: a process with a handshake is for clients that can be asked the same.
      [`${META}clientCapabilities`]: { sampling: {}, elicitation: {}, roots: {} },
    };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
    return client.open('subscriptions/listen', { notifications, _meta }, headers);
  }
});
