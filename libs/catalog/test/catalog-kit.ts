import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog, AuditModule } from '@gatehouse/audit';
import { ConfigModule, type Configuration, loadConfiguration } from '@gatehouse/config';
import { createTestDatabase, DatabaseModule } from '@gatehouse/database';
import { IdentityModule, Sessions, sessionContext, type User, Users } from '@gatehouse/identity';
import type { RequestContext } from '@gatehouse/kernel';
import { type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CatalogModule } from '../src/index.ts';

/** The catalog on a database of the test's own, with a home and a managed folder. */
export interface CatalogKit {
  readonly app: INestApplicationContext;
  readonly home: string;
  readonly managedRoot: string;
  /** A new one, logged in: of a user, ten sessions a minute may be opened. */
  aUser(): Promise<{ readonly user: User; readonly actor: RequestContext }>;
  close(): Promise<void>;
}

export async function createCatalogKit(): Promise<CatalogKit> {
  const database = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-catalog-'));
  const loaded = await loadConfiguration();
  const configuration: Configuration = {
    ...loaded,
    installation: { ...loaded.installation, stateDir: folder, keyDir: join(folder, 'keys') },
  };
  @Module({
    imports: [
      ConfigModule.forRoot(configuration),
      DatabaseModule.forRoot(database),
      AuditModule.forRoot({ writer: 'cli' }),
      IdentityModule,
      CatalogModule,
    ],
  })
  class Root {}
  const app = await NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  await app.get(AuditLog).start();
  let users = 0;
  return {
    app,
    home: join(folder, 'home'),
    managedRoot: join(folder, 'machine'),
    aUser: async () => {
      users += 1;
      const user = await app.get(Users).create({ email: `user${users}@example.test` });
      const session = await app.get(Sessions).open({ userId: user.id, clientId: 'test' });
      return { user, actor: sessionContext(session, user.role) };
    },
    close: async () => {
      await app.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
