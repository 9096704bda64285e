import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog, ReaderSight } from '@gatehouse/audit';
import {
  type Configuration,
  type Installation,
  loadConfiguration,
  type McpServerConfig,
} from '@gatehouse/config';
import { createTestDatabase } from '@gatehouse/database';
import { AccessTokens, type Resource, Sessions, Users } from '@gatehouse/identity';
import type { JsonObject, Role } from '@gatehouse/kernel';
import { ChildPool, McpDefinitions, McpServers } from '@gatehouse/mcp-spawner';
import { PlatformModule } from '@gatehouse/platform';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { installClientAddress } from '../../src/http/client-address.ts';
import { McpModule } from '../../src/mcp/mcp.module.ts';
import { registerMcpRoutes } from '../../src/mcp/mcp.routes.ts';
import { McpServersModule } from '../../src/mcp-servers/mcp-servers.module.ts';
import { HOSTILE_MCP_SERVER, MODERN_MCP_SERVER } from '../fixtures/mcp-servers.ts';

/** A row of `audit_log`, as far as the tests look. */
export interface Row {
  readonly event: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly trace_id: string;
  readonly context_id: string;
  readonly action: string;
  readonly decision: string;
  readonly policy: string;
  readonly reason: string;
  readonly evaluation: { readonly content: JsonObject };
  readonly result: JsonObject | null;
}

export interface TestDoor {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly servers: McpServers;
  readonly installation: Installation;
  /** A fresh user's token for one server, or another resource. */
  token(options?: { readonly resource?: Resource; readonly role?: Role }): Promise<string>;
  /** Tokens of one user's several sessions. */
  tokensOfOneUser(count: number): Promise<readonly string[]>;
  /** Rows of calls and refused requests since the last look. */
  rows(): Promise<readonly Row[]>;
  spawns(server: string): number;
  stop(): Promise<void>;
}

interface DoorOptions {
  readonly servers?: Readonly<Record<string, Partial<McpServerConfig>>>;
  readonly callsPerMinute?: number;
}

@Module({})
class DoorModule {}

/** The MCP door over the whole platform, a database of its own, and the servers of the sample world and the fixtures. */
export async function aDoor(options: DoorOptions = {}): Promise<TestDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'door-'));
  const database = await createTestDatabase();
  const configuration = await configurationIn(folder, options);
  const app = await NestFactory.create<NestFastifyApplication>(
    {
      module: DoorModule,
      imports: [
        PlatformModule.forRoot({ configuration, database, writer: 'server' }),
        McpModule,
        McpServersModule,
      ],
    },
    new FastifyAdapter(),
    { bodyParser: false, logger: ['error'], abortOnError: false },
  );
  installClientAddress(app.getHttpAdapter().getInstance(), configuration.profile);
  registerMcpRoutes(app.getHttpAdapter().getInstance(), app);
  await app.get(AuditLog).start();
  app.get(ChildPool).start();
  await app.get(McpDefinitions).start();
  await discovered(app.get(McpServers));
  await app.listen(0, '127.0.0.1');
  const reader = new pg.Client(database.clientConfig('reader'));
  await reader.connect();
  await app.get(ReaderSight).tell(reader, { kind: 'all' }, 'connection');
  let seen = 0;
  return {
    url: await app.getUrl(),
    app,
    servers: app.get(McpServers),
    installation: configuration.installation,
    token: async (wanted = {}) => (await tokensOf(app, 1, wanted))[0]!,
    tokensOfOneUser: (count) => tokensOf(app, count, {}),
    rows: async () => {
      const { rows } = await reader.query<Row>(
        "select * from audit_log where event like 'tool_call.%' or event = 'request.rejected' order by id",
      );
      const fresh = rows.slice(seen);
      seen = rows.length;
      return fresh;
    },
    spawns: (server) => app.get(McpServers).find(server)?.counters.spawns ?? -1,
    stop: async () => {
      await reader.end();
      app.get(McpDefinitions).stop();
      await app.get(ChildPool).stop();
      const left = app
        .get(McpServers)
        .status()
        .filter(({ children }) => children > 0);
      if (left.length > 0)
        throw new Error(`processes are left of ${left.map(({ name }) => name).join(', ')}`);
      app.getHttpServer().closeAllConnections();
      await app.close();
      await database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A busy machine may need a second discovery run, which comes by itself. */
async function discovered(servers: McpServers): Promise<void> {
  const isOpen = () =>
    servers
      .status()
      .some(({ state, problem }) => state === 'failed' && problem?.includes('in time') === true);
  for (let i = 0; i < 100 && isOpen(); i += 1) await new Promise((resolve) => setTimeout(resolve, 200));
}

let users = 0;

async function tokensOf(
  app: NestFastifyApplication,
  count: number,
  { resource = 'mcp/hostile', role = 'user' }: { readonly resource?: Resource; readonly role?: Role },
): Promise<readonly string[]> {
  users += 1;
  const user = await app
    .get(Users)
    .create({ email: `user-${users}@example.test`, displayName: 'A user', role });
  const tokens: string[] = [];
  for (let i = 0; i < count; i += 1) {
    const session = await app.get(Sessions).open({ userId: user.id, clientId: `test${i === 0 ? '' : i}` });
    tokens.push(await app.get(AccessTokens).issue({ session, resource }));
  }
  return tokens;
}

async function configurationIn(
  folder: string,
  { servers = {}, callsPerMinute = 1_000_000 }: DoorOptions,
): Promise<Configuration> {
  const environment = {
    ...process.env,
    GATEHOUSE_STATE_DIR: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  const read = await loadConfiguration({ environment });
  const model = read.services.mcpServers.get('everything')!;
  const mcpServers = new Map(read.services.mcpServers);
  const fixtures: Readonly<Record<string, Partial<McpServerConfig>>> = {
    hostile: { command: HOSTILE_MCP_SERVER },
    modern: { command: MODERN_MCP_SERVER },
    ...servers,
  };
  for (const [name, config] of Object.entries(fixtures)) {
    mcpServers.set(name, { ...model, args: [], roles: ['admin', 'user'], ...config, name });
  }
  const { governance } = read.services;
  const rateLimits = { ...governance.rateLimits, perMinute: callsPerMinute };
  return { ...read, services: { ...read.services, mcpServers, governance: { ...governance, rateLimits } } };
}
