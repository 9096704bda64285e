import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AuditLog, AuditReader, systemContext } from '@gatehouse/audit';
import { CONFIGURATION, GovernancePolicies, loadConfiguration } from '@gatehouse/config';
import { createTestDatabase, Database, type TestDatabase } from '@gatehouse/database';
import { LivePolicy, PolicyDecisionPoint } from '@gatehouse/governance';
import { AccessTokens, CredentialResolver, Logins, Sessions, Users } from '@gatehouse/identity';
import { ChildPool, McpDefinitions, McpServers } from '@gatehouse/mcp-spawner';
import { AuthorizationServer, Consents, StoredClients } from '@gatehouse/oauth';
import { SecretStore } from '@gatehouse/secrets';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlatformModule } from './platform.module.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-platform-'));
let database: TestDatabase;
let context: INestApplicationContext;

beforeAll(async () => {
  const configuration = await loadConfiguration({
    root: ROOT,
    environment: {
      HOME: folder,
      GATEHOUSE_STATE_DIR: join(folder, 'state'),
      XDG_CONFIG_HOME: join(folder, 'config'),
    },
  });
  database = await createTestDatabase();
  const platform = PlatformModule.forRoot({ configuration, database, writer: 'cli' });
  context = await NestFactory.createApplicationContext(platform, { logger: false, abortOnError: false });
});

afterAll(async () => {
  await context.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['the configuration', CONFIGURATION],
  ['the live policies', GovernancePolicies],
  ['the database', Database],
  ['the audit log', AuditLog],
  ['the audit reader', AuditReader],
  ['users', Users],
  ['sessions', Sessions],
  ['logins', Logins],
  ['access tokens', AccessTokens],
  ['credentials', CredentialResolver],
  ['the decision point', PolicyDecisionPoint],
  ['the policy in force', LivePolicy],
  ['the secret store', SecretStore],
  ['the authorization server', AuthorizationServer],
  ['consents', Consents],
  ['clients', StoredClients],
  ['MCP servers', McpServers],
  ['MCP definitions', McpDefinitions],
  ['MCP children', ChildPool],
])('one graph holds %s', (_name, token) => {
  expect(context.get<unknown>(token, { strict: false })).toBeDefined();
});

it('starts nothing by being wired, and writes on the chains of the command line when it has something to write', async () => {
  expect(context.get(AuditLog, { strict: false }).status()).toMatchObject({ available: false, rowsTotal: 0 });
  await context.get(AuditLog, { strict: false }).record({
    event: 'admin.wired',
    context: systemContext(),
    action: 'platform',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'The platform was wired.',
  });
  const { rows } = await context.get(AuditReader, { strict: false }).list({ limit: 5 }, { kind: 'all' });
  expect(rows.map((row) => row.event)).toEqual(['admin.wired']);
});
