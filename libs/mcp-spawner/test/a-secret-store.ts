import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditLog, AuditModule, systemContext } from '@gatehouse/audit';
import { ConfigModule } from '@gatehouse/config';
import { createTestDatabase, DatabaseModule } from '@gatehouse/database';
import { SecretStore, SecretsModule } from '@gatehouse/secrets';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { ServerSecrets } from '../src/secrets/server-secrets.service.ts';
import { aConfiguration, type TestPool } from './a-server.ts';

export interface TestSecrets {
  readonly keyDir: string;
  readonly store: SecretStore;
  readonly forServers: ServerSecrets;
  set(name: string, value: string): Promise<void>;
  /** Rows of the audit log, as text. */
  rows(event: string): Promise<readonly string[]>;
  /** As somebody who owns the database. */
  asOwner(sql: string): Promise<void>;
  end(): Promise<void>;
}

/** A real secret store over a database and a key folder of its own. */
export async function aSecretStore(): Promise<TestSecrets> {
  const folder = mkdtempSync(join(tmpdir(), 'spawner-keys-'));
  const keyDir = join(folder, 'keys');
  const base = aConfiguration();
  const configuration = { ...base, installation: { ...base.installation, stateDir: folder, keyDir } };
  const database = await createTestDatabase();
  const app = await NestFactory.createApplicationContext(
    {
      module: class StoreModule {},
      imports: [
        ConfigModule.forRoot(configuration),
        DatabaseModule.forRoot(database),
        AuditModule.forRoot({ writer: 'server' }),
        SecretsModule,
      ],
    },
    { logger: false, abortOnError: false },
  );
  await app.get(AuditLog).start();
  const store = app.get(SecretStore);
  const owner = new pg.Client(database.clientConfig('owner'));
  await owner.connect();
  return {
    keyDir,
    store,
    forServers: new ServerSecrets(store, configuration),
    set: async (name, value) => void (await store.set({ name, value: Buffer.from(value) }, systemContext())),
    rows: async (event) => {
      const { rows } = await owner.query('select to_json(a)::text as row from audit_log a where event = $1', [
        event,
      ]);
      return rows.map(({ row }: { row: string }) => row);
    },
    asOwner: async (sql) => void (await owner.query(sql)),
    end: async () => {
      await owner.end();
      await app.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type { TestPool };
