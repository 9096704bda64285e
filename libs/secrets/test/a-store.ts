import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditLog } from '@gatehouse/audit';
import { systemContext, WrittenTexts } from '@gatehouse/audit';
import { createTestDatabase } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { readPrivateKeys } from '../src/keys/private-key.ts';
import { readPublicKeys } from '../src/keys/public-keys.ts';
import { readVersionMemory, staleness } from '../src/keys/version-memory.ts';
import { isSigned, openVersion } from '../src/sealed/open-version.ts';
import type { SealedVersion } from '../src/sealed/sealed-version.ts';
import { SecretStore } from '../src/store/secret-store.service.ts';
import { SecretVersionQueries } from '../src/store/secret-version.queries.ts';

export const ACTOR = systemContext();
export const LONG_VALUE = 'a-value-that-is-long-enough-4711';

export interface TestStore {
  readonly store: SecretStore;
  readonly keyDir: string;
  readonly dataSource: DataSource;
  /** As somebody who owns the database. */
  asOwner(sql: string): Promise<void>;
  /** What was recorded: event and detail. */
  readonly rows: { readonly event: string; readonly detail: unknown }[];
  /** The same store, for which something goes wrong. */
  storeOver(queries: SecretVersionQueries): SecretStore;
  set(name: string, value: string): Promise<void>;
  /** As a warden reads it: signed, not older than what was in force, opened. */
  open(version: SealedVersion): string;
  opened(name: string): Promise<string>;
  end(): Promise<void>;
}

/** A store over a database and a key folder of its own. */
export async function aStore(): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  const keyDir = join(folder, 'keys');
  const database = await createTestDatabase();
  const extra = database.clientConfig('server');
  const dataSource = await new DataSource({ type: 'postgres', extra }).initialize();
  const rows: TestStore['rows'] = [];
  const audit = {
    record: async (entry: { event: string; detail?: unknown }) => {
      rows.push({ event: entry.event, detail: entry.detail });
      return { id: 'row', commitment: null };
    },
  } as unknown as AuditLog;
  const configuration = { installation: { root: folder, servicesDir: folder, stateDir: folder, keyDir } };
  const texts = new WrittenTexts(createScanner());
  const storeOver = (queries: SecretVersionQueries) => new SecretStore(configuration, queries, audit, texts);
  const store = storeOver(new SecretVersionQueries(dataSource));
  const open = (version: SealedVersion): string => {
    const stale = staleness(readVersionMemory(store.places), version);
    if (stale !== undefined) throw new Error(stale);
    if (!isSigned(version, readPublicKeys(store.places)!.signer)) throw new Error('not signed');
    return openVersion(version, readPrivateKeys(store.places)).toString('utf8');
  };
  return {
    store,
    keyDir,
    dataSource,
    asOwner: async (sql) => {
      const owner = new pg.Client(database.clientConfig('owner'));
      await owner.connect();
      await owner.query(sql);
      await owner.end();
    },
    rows,
    storeOver,
    open,
    set: async (name, value) => void (await store.set({ name, value: Buffer.from(value) }, ACTOR)),
    opened: async (name) => {
      const { versions } = await store.sealed([name]);
      return versions[0] === undefined ? 'nothing' : open(versions[0]);
    },
    end: async () => {
      await dataSource.destroy();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
