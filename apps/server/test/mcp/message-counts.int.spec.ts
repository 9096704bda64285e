import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';
import { RawClient } from './an-mcp-client.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({
    configure: (configuration) => {
      const { services } = configuration;
      const model = services.mcpServers.get('everything')!;
      const hostile = { ...model, name: 'hostile', command: HOSTILE_MCP_SERVER, args: [] };
      return { ...configuration, services: { ...services, mcpServers: new Map([['hostile', hostile]]) } };
    },
  });
  await server.discovered;
  const state = () => server.app.get(McpServers).find('hostile')?.status().state;
  await vi.waitUntil(() => state() === 'ready', { timeout: 30_000 });
});
afterAll(() => server.end());

async function counted(): Promise<ReadonlyMap<string, number>> {
  const { text } = await plainRequest(server.port, { path: '/metrics' });
  const lines = text.matchAll(/^gatehouse_mcp_(?:client|server)_messages_total(\{.*\}) (\d+)$/gm);
  return new Map([...lines].map(([, labels, count]) => [labels!, Number(count)]));
}

it('/metrics counts what clients and servers of MCP say, that which is no row too', async () => {
  const client = new RawClient(server, 'hostile', await server.token('maya@example.test', 'mcp/hostile'));
  await client.initialize();
  for (let i = 0; i < 3; i += 1) await client.request('tools/list');
  await client.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { accept: 'text/html' });
  await client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  await client.send({ jsonrpc: '2.0', method: 'x'.repeat(500) });
  await client.request('made/up');
  await client.send({ jsonrpc: '2.0', id: 9, result: {} });
  await client.call('leak_notification');
  await client.call('ask_client');
  const unknown = new RawClient(server, 'hostile', 'nonsense');
  expect((await unknown.request('tools/list')).status).toBe(401);
  expect(Object.fromEntries(await counted())).toEqual({
    '{method="initialize"}': 1,
    '{method="tools/list"}': 4,
    '{method="notifications/initialized"}': 1,
    '{method="other"}': 2,
    '{method="tools/call"}': 2,
    '{server="hostile",kind="notification"}': 1,
    '{server="hostile",kind="request"}': 5,
  });
});
