import { rmSync } from 'node:fs';
import { AuditBundles, AuditLog, AuditSigning, type BundleRecord, systemContext } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import pg from 'pg';
import { Anchors } from '../src/anchors/anchors.ts';
import { aFolder, ROOT } from './a-folder.ts';
import { anEntry, scanner } from './an-entry.ts';

/** A database with rows of three writers, signed step by step, and what an auditor holds of it. */
export interface SignedLog {
  readonly database: TestDatabase;
  readonly bundles: AuditBundles;
  readonly owner: pg.Pool;
  readonly keyDir: string;
  /** Trusted by the auditor. */
  readonly keys: readonly string[];
  /** What the anchor got, oldest first. */
  readonly anchors: string[];
  log(kind?: 'server' | 'cli'): Promise<AuditLog>;
  sign(): Promise<void>;
  records(content?: boolean): Promise<BundleRecord[]>;
  /** As one with the owner's rights who stops the triggers. */
  tamper(sql: string, values?: unknown[]): Promise<number>;
  drop(): Promise<void>;
}

export async function aSignedLog(): Promise<SignedLog> {
  const database = await createTestDatabase();
  const keyDir = aFolder();
  const owner = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  owner.on('error', () => undefined);
  const bundles = new AuditBundles(database);
  const anchors: string[] = [];
  const anchor = {
    name: 'test',
    publish: async (record: { checkpoint: string }) => void anchors.push(record.checkpoint),
  };
  const warn = () => undefined;
  const aSigning = () =>
    new AuditSigning({
      config: database.clientConfig('server'),
      installation: { root: ROOT, keyDir },
      anchors: new Anchors([anchor], warn),
      warn,
    });
  const sign = async () => {
    const signing = aSigning();
    await signing.signNow();
    await signing.stop();
  };
  const log = async (kind: 'server' | 'cli' = 'server') => {
    const made = new AuditLog({ config: database.clientConfig('server'), kind, scanner, warn });
    await made.start();
    return made;
  };
  const server = await log();
  const command = await log('cli');
  const signing = aSigning();
  for (let i = 0; i < 4; i += 1) {
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => server.record(anEntry({ value: { path: `/srv/${i}/${n}` } }))),
    );
    await server.record(
      anEntry({ event: 'tool_call.completed', input: undefined as never, inputCommitment: null }),
    );
    await command.record({
      event: 'admin.marked',
      context: systemContext(),
      action: 'test',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'A mark.',
      detail: { i },
    });
    await signing.signNow();
  }
  await Promise.all([server.stop(), command.stop(), signing.stop()]);
  const keys = (await bundles.keys()).map(({ vkey }) => vkey);
  return {
    database,
    bundles,
    owner,
    keyDir,
    keys,
    anchors,
    log,
    sign,
    records: (content = true) => all(bundles.records({ content })),
    tamper: async (sql, values = []) => {
      const client = new pg.Client(database.clientConfig('owner'));
      await client.connect();
      try {
        await client.query(`set session_replication_role = 'replica'`);
        return (await client.query(sql, values)).rowCount ?? 0;
      } finally {
        await client.end();
      }
    },
    drop: async () => {
      await owner.end();
      await database.drop();
      rmSync(keyDir, { recursive: true, force: true });
    },
  };
}

export async function all<T>(records: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const record of records) list.push(record);
  return list;
}
