import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '@gatehouse/kernel';
import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { aStrictRemote, type StrictRemote } from '../support/a-strict-remote.ts';
import { RawClient, textOf } from './an-mcp-client.ts';

const BUILD = fileURLToPath(new URL('../../../../tools/run/build.mjs', import.meta.url));
const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;
let remote: StrictRemote;
let server: TestServer;
beforeAll(async () => {
  // What calls a remote server is only ever run as it is built.
  const built = spawnSync(process.execPath, [BUILD, 'secrets'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  remote = await aStrictRemote();
  server = await aServer({
    configure: (configuration) => {
      const { services } = configuration;
      const model = services.mcpServers.get('everything')!;
      const strict = { ...model, name: 'strict', command: null, args: [], url: remote.url };
      return { ...configuration, services: { ...services, mcpServers: new Map([['strict', strict]]) } };
    },
  });
  await server.discovered;
  const state = () => server.app.get(McpServers).find('strict')?.status().state;
  await vi.waitUntil(() => state() === 'ready', { timeout: 60_000 });
}, 120_000);
afterAll(async () => {
  await server?.end();
  remote?.close();
});
beforeEach(() => {
  remote.calls.length = 0;
});

describe('a server at an address that wants arguments in headers', () => {
  /** A client with a handshake, which knows nothing of such headers. */
  async function route(args: JsonObject): Promise<JsonObject> {
    const client = new RawClient(server, 'strict', await server.token('maya@example.test', 'mcp/strict'));
    await client.initialize();
    return JSON.parse(textOf(await client.call('route', args))) as JsonObject;
  }

  it.each<[string, JsonObject, Record<string, string>]>([
    ['text', { region: 'eu-1', query: 'q' }, { 'mcp-param-region': 'eu-1' }],
    ['text that no header holds', { region: 'Zürich' }, { 'mcp-param-region': base64('Zürich') }],
    ['two lines', { region: 'a\r\nx: y' }, { 'mcp-param-region': base64('a\r\nx: y') }],
    ['nothing', { region: '' }, { 'mcp-param-region': base64('') }],
    ['a space at its end', { region: 'eu ' }, { 'mcp-param-region': base64('eu ') }],
    ['what looks like Base64', { region: base64('eu-1') }, { 'mcp-param-region': base64(base64('eu-1')) }],
    ['a number', { shard: -42 }, { 'mcp-param-shard': '-42' }],
    ['a truth', { dry: false }, { 'mcp-param-dry': 'false' }],
    ['one below another', { tenant: { id: 't' } }, { 'mcp-param-tenant-id': 't' }],
    ['none of them', { query: 'q' }, {}],
  ])('is sent them: %s', async (_what, args, headers) => {
    expect(await route(args)).toEqual(args);
    expect(remote.calls.map(({ repeated }) => repeated)).toEqual([headers]);
  });

  it('is sent them for a client that has sent them itself, and nothing else beside the message', async () => {
    const client = new RawClient(server, 'strict', await server.token('maya@example.test', 'mcp/strict'));
    const headers = { 'Mcp-Param-Region': 'eu-1', 'Mcp-Param-More': 'from the client' };
    const { message } = await client.modern(
      'tools/call',
      { name: 'route', arguments: { region: 'eu-1' } },
      headers,
    );
    expect(message.result).toMatchObject({ resultType: 'complete' });
    const [call] = remote.calls;
    expect(call!.repeated).toEqual({ 'mcp-param-region': 'eu-1' });
    expect(Object.keys(JSON.parse(call!.body)).sort()).toEqual(['id', 'jsonrpc', 'method', 'params']);
    expect(call!.body).not.toContain('gatehouse/repeated');
  });
});
