import {
  AuditReader,
  type AuditVisibility,
  CallCounting,
  type CallCountingOptions,
  ReaderSight,
  SightedReads,
} from '@gatehouse/audit';
import { createTestDatabase, type Database } from '@gatehouse/database';
import { createScanner } from '@gatehouse/secret-scanner';
import pg from 'pg';
import { madeRows } from '../../bench/made-rows.ts';
import { BUSY_USER, userId } from '../../bench/made-world.ts';
import { makePastPartitions } from '../../bench/past-partitions.ts';
import { writeLane } from '../../bench/write-rows.ts';
import { rememberingScanner } from '../../src/row/remembering-scanner.ts';
import { closeQuietly, openLane } from '../../src/writer/lane-connection.ts';

const ROWS_OF_A_SEAL = 12;

export const SIGHTS: readonly AuditVisibility[] = [
  { kind: 'all' },
  { kind: 'self', userId: BUSY_USER },
  { kind: 'self', userId: userId(3) },
  { kind: 'department', userId: userId(3), department: 'finance' },
  { kind: 'self', userId: 'nobody' },
];

/** Statistics as they are answered, and the same counted from the rows that the same connection sees, of one moment. */
const BOTH = `select
  (select json_agg(s) from audit_call_statistics($1) s) as answered,
  (select json_agg(c) from (
     select action, decision, policy, count(*) as calls from audit_log
      where id >= audit_id_at($1) and event in ('tool_call.decided', 'model_call.decided')
      group by 1, 2, 3 order by 4 desc, 1, 2, 3) c) as counted`;

export interface Both {
  readonly answered: unknown;
  readonly counted: unknown;
}

/** A database with months before this one and a department, its sums, and who reads them. */
export interface CountedLog {
  readonly database: Database;
  readonly owner: pg.Pool;
  readonly reader: AuditReader;
  readonly reads: SightedReads;
  counting(options?: Partial<CallCountingOptions>): CallCounting;
  /** One step; how many seals it took. */
  step(rows: number): Promise<number | null>;
  both(since: Date, visibility: AuditVisibility): Promise<Both>;
  drop(): Promise<void>;
}

export async function aCountedLog(months: number): Promise<CountedLog> {
  return countedLogIn(await createTestDatabase(), months);
}

/** In this database, which goes with it. */
export async function countedLogIn(database: Database, months: number): Promise<CountedLog> {
  const [owner, server, readers] = (['owner', 'server', 'reader'] as const).map((role) => {
    const pool = new pg.Pool({ ...database.clientConfig(role), max: 3 });
    pool.on('error', () => undefined);
    return pool;
  }) as [pg.Pool, pg.Pool, pg.Pool];
  const client = await owner.connect();
  await makePastPartitions(client as never, months);
  client.release();
  await owner.query(
    `insert into users (id, email, display_name, role, status, department, created_at, updated_at)
     select u, u || '@example.test', 'one', 'user', 'active', 'finance', now(), now() from unnest($1::text[]) u`,
    [[BUSY_USER, userId(7), userId(2)]],
  );
  const reads = new SightedReads(readers, new ReaderSight(database));
  return {
    database,
    owner,
    reads,
    reader: new AuditReader(reads),
    counting: (options = {}) =>
      new CallCounting({ config: database.clientConfig('server'), warn: () => undefined, ...options }),
    step: async (rows) => (await server.query('select audit_count_seals($1) as n', [rows])).rows[0]!.n,
    both: (since, visibility) =>
      reads.read(visibility, async (reader) => (await reader.query<Both>(BOTH, [since])).rows[0]!),
    drop: async () => {
      await Promise.all([reads.stop(), server.end(), owner.end()]);
      await database.close();
    },
  };
}

/** Made rows of this time, in many small seals of two chains. */
export async function writeRows(
  { database }: CountedLog,
  { seed = 1, ...time }: { rows: number; fromMs: number; toMs: number; seed?: number },
): Promise<void> {
  const rows = madeRows({ ...time, seed, scanner: rememberingScanner(createScanner()) });
  const lanes = [];
  for (let i = 0; i < 2; i += 1) lanes.push(await openLane(database.clientConfig('server'), 'server', null));
  try {
    const options = { most: () => ROWS_OF_A_SEAL, note: () => undefined };
    await Promise.all(lanes.map((lane) => writeLane(lane, rows, options)));
  } finally {
    await Promise.all(lanes.map(({ client }) => closeQuietly(client)));
  }
}
