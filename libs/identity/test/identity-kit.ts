import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog, AuditModule } from '@gatehouse/audit';
import {
  type AgentConfig,
  ConfigModule,
  type Configuration,
  loadConfiguration,
  type Profile,
  readOrCreateKey,
} from '@gatehouse/config';
import { ChangeFeed, createTestDatabase, DatabaseModule, type TestDatabase } from '@gatehouse/database';
import type { JsonObject } from '@gatehouse/kernel';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { IdentityModule } from '../src/index.ts';
import { TokenKey } from '../src/tokens/token-key.ts';
import { forge } from './forge.ts';

export interface KitOptions {
  readonly profile?: Partial<Profile>;
  readonly agents?: readonly AgentConfig[];
  /** Whose owners may ask for an account: registration is closed where none is given. */
  readonly registrationDomains?: readonly string[];
  /** Another process on the same database: a second replica, or the command line. */
  readonly beside?: IdentityKit;
}

/** One process's identity module on a database of the test's own. */
export interface IdentityKit {
  readonly app: INestApplicationContext;
  readonly database: TestDatabase;
  readonly configuration: Configuration;
  readonly signingKey: Buffer;
  readonly owner: pg.Pool;
  /** What the audit log holds, oldest first. */
  rows(event?: string): Promise<readonly KitRow[]>;
  /** A token with the right key and header, and whatever claims. */
  forge(payload: Record<string, unknown>, header?: Record<string, unknown>): string;
  close(): Promise<void>;
}

export interface KitRow {
  readonly event: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly client_id: string;
  readonly trace_id: string;
  readonly action: string;
  readonly decision: string;
  readonly policy: string;
  readonly reason: string;
  readonly evaluation: JsonObject;
  readonly text: string;
}

export async function createIdentityKit(options: KitOptions = {}): Promise<IdentityKit> {
  const database = options.beside?.database ?? (await createTestDatabase());
  const home = mkdtempSync(join(tmpdir(), 'gatehouse-identity-'));
  const loaded = await loadConfiguration();
  const keyDir = options.beside?.configuration.installation.keyDir ?? join(home, 'keys');
  const configuration: Configuration = {
    installation: { ...loaded.installation, stateDir: home, keyDir },
    profile: { ...loaded.profile, ...options.profile },
    services: {
      ...loaded.services,
      settings: {
        ...loaded.services.settings,
        registration: { domains: options.registrationDomains ?? [] },
      },
      agents: options.agents
        ? new Map(options.agents.map((agent) => [agent.id, agent]))
        : loaded.services.agents,
    },
  };
  @Module({
    imports: [
      ConfigModule.forRoot(configuration),
      DatabaseModule.forRoot(database),
      AuditModule.forRoot({ writer: 'cli' }),
      IdentityModule,
    ],
  })
  class Root {}
  const app = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  await app.get(AuditLog).start();
  await app.get(ChangeFeed).start();
  const owner = new pg.Pool({ ...database.clientConfig('owner'), max: 4 });
  owner.on('error', () => undefined);
  const signingKey = readOrCreateKey(configuration.installation, 'token-signing', 32);
  const { kid } = new TokenKey(signingKey);
  return {
    app,
    database,
    configuration,
    signingKey,
    owner,
    rows: async (event) => {
      const { rows } = await owner.query<KitRow>(
        'select *, row_to_json(a)::text as text from audit_log a where $1::text is null or event = $1 order by id',
        [event ?? null],
      );
      return rows;
    },
    forge: (payload, header = {}) =>
      forge({ header: { alg: 'HS256', typ: 'at+jwt', kid, ...header }, payload, key: signingKey }),
    close: async () => {
      await app.get(ChangeFeed).stop();
      await app.close();
      await owner.end();
      if (options.beside === undefined) await database.drop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function anAgent(fields: Partial<AgentConfig> = {}): AgentConfig {
  return {
    id: 'helper',
    displayName: 'Helper',
    description: 'Helps',
    roles: ['admin', 'user'],
    tools: ['Read'],
    mcpServers: [],
    enabled: true,
    source: { file: 'services/agents/helper.yaml', line: 1 },
    ...fields,
  };
}

/** As if the user's sessions so far had been opened, and last used, two minutes before they were. */
export async function ageSessions(kit: IdentityKit, userId: string): Promise<void> {
  await kit.owner.query(
    `update sessions set created_at = created_at - interval '2 minutes',
       last_used_at = last_used_at - interval '2 minutes' where user_id = $1`,
    [userId],
  );
}

let users = 0;

/** A new user's fields, unlike any other's. */
export function aUser(fields: { role?: string; department?: string } = {}) {
  users += 1;
  return { email: `user${users}@example.test`, ...fields };
}
