import { SCANNER, systemContext } from '@gatehouse/audit';
import type { ExportSinkConfig, McpServerConfig } from '@gatehouse/config';
import { McpServers } from '@gatehouse/mcp-spawner';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { SecretStore } from '@gatehouse/secrets';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from './a-server.ts';

/** A whole server whose MCP servers receive secrets. */
export interface SecretWorld extends TestServer {
  /** Sets a secret, and resolves when the server knows it again by its fingerprints. */
  set(name: string, value: string): Promise<void>;
  client(server: string, email?: string): Promise<RawClient>;
}

/** `beside`: another server of its installation; `sinks`: where its rows go. By default the hostile server receives TOKEN as LEAKED, and `everything` as CANARY. */
export async function aSecretWorld(
  more: Readonly<Record<string, Partial<McpServerConfig>>> = {},
  beside?: SecretWorld,
  sinks: readonly ExportSinkConfig[] = [],
): Promise<SecretWorld> {
  const server = await aServer({
    ...(beside === undefined ? {} : { beside }),
    configure: (configuration) => {
      const { mcpServers } = configuration.services;
      const model = { ...mcpServers.get('everything')!, roles: ['admin', 'user'] as const };
      const own: Readonly<Record<string, Partial<McpServerConfig>>> = {
        hostile: { command: HOSTILE_MCP_SERVER, args: [], secrets: { LEAKED: 'TOKEN' } },
        everything: { secrets: { CANARY: 'TOKEN' } },
        ...more,
      };
      const servers = Object.entries(own).map(
        ([name, config]) => [name, { ...model, ...config, name }] as const,
      );
      const services = {
        ...configuration.services,
        mcpServers: new Map([...mcpServers, ...servers]),
        exportSinks: new Map(sinks.map((sink) => [sink.name, sink])),
      };
      return { ...configuration, services };
    },
  });
  const isReady = (name: string): boolean =>
    server.app.get(McpServers).find(name)?.status().state === 'ready';
  const scanner = server.app.get<OwnSecretScanner>(SCANNER);
  return {
    ...server,
    set: async (name, value) => {
      const { revision } = scanner;
      await server.app.get(SecretStore).set({ name, value: Buffer.from(value) }, systemContext());
      await until(() => scanner.revision !== revision);
    },
    client: async (name, email = 'maya@example.test') => {
      await until(() => isReady(name));
      const client = new RawClient(server, name, await server.token(email, `mcp/${name}`));
      await client.initialize();
      return client;
    },
  };
}

async function until(condition: () => boolean, timeoutMs = 25_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
