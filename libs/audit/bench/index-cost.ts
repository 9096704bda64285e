import { readFileSync } from 'node:fs';
import pg from 'pg';
import { openLane } from '../src/writer/lane-connection.ts';
import type { PendingRow } from '../src/writer/pending-row.ts';
import { writeLane } from './write-rows.ts';

/** Before the processor time counts: small tables are cheap. */
const WARM_ROWS = 50_000;
const ROWS = 100_000;
/** `/proc/<pid>/stat` counts in hundredths of a second (proc_pid_stat(5)). */
const TICK_US = 10_000;

/** What a row costs PostgreSQL, in microseconds of its processor time, and what the indexes take of the disk. */
export interface IndexCost {
  readonly name: string;
  readonly rowUs: number;
  readonly bytesOfARow: number;
}

/** A set of indexes: what is changed about those of the migrations. */
export interface IndexSet {
  readonly name: string;
  readonly sql: string;
}

export const INDEX_SETS: readonly IndexSet[] = [
  { name: 'all of them', sql: '' },
  { name: 'without (session_id, id)', sql: 'drop index audit_log_session' },
  { name: 'without (action, id)', sql: 'drop index audit_log_action' },
  { name: 'without (user_id, id)', sql: 'drop index audit_log_user' },
  { name: 'without (trace_id, id)', sql: 'drop index audit_log_trace' },
  { name: 'without (task_id, id)', sql: 'drop index audit_log_task' },
  {
    name: '(trace_id) for (trace_id, id)',
    sql: 'drop index audit_log_trace; create index audit_log_trace on audit_log (trace_id)',
  },
  {
    name: '(task_id) for (task_id, id)',
    sql: 'drop index audit_log_task; create index audit_log_task on audit_log (task_id)',
  },
  {
    name: 'without the partial ones (policy, agent, event, denied)',
    sql: 'drop index audit_log_policy, audit_log_agent, audit_log_event, audit_log_denied',
  },
  { name: 'all of them, again', sql: '' },
];

/**
 * What an index costs on insertion: the product's writer on an empty copy of the database, with the set of indexes as it
 * is and with one changed. Processor time of the backend that inserts, so that what else runs hardly shows.
 */
export async function indexCost(
  { owner, server, name: template }: { owner: pg.ClientConfig; server: pg.ClientConfig; name: string },
  { name, sql }: IndexSet,
  rows: Iterator<PendingRow>,
): Promise<IndexCost> {
  const copy = 'scale_index_cost';
  await asOwner({ ...owner, database: 'postgres' }, (client) =>
    client.query(`create database ${copy} template "${template}"`),
  );
  try {
    if (sql !== '') await asOwner({ ...owner, database: copy }, (client) => client.query(sql));
    const rowUs = await costOfRows({ ...server, database: copy }, rows);
    const bytes = await asOwner({ ...owner, database: copy }, (client) =>
      client.query<{ bytes: number }>(
        `select sum(pg_indexes_size(relid))::float8 as bytes from pg_partition_tree('audit_log') where isleaf`,
      ),
    );
    return { name, rowUs, bytesOfARow: bytes.rows[0]!.bytes / (WARM_ROWS + ROWS) };
  } finally {
    await asOwner({ ...owner, database: 'postgres' }, (client) =>
      client.query(`drop database ${copy} with (force)`),
    );
  }
}

async function costOfRows(config: pg.ClientConfig, rows: Iterator<PendingRow>): Promise<number> {
  const lane = await openLane(config, 'server', null);
  try {
    const { rows: found } = await lane.client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const { pid } = found[0]!;
    let left = WARM_ROWS + ROWS;
    let warmUs = 0;
    const note = (count: number) => {
      left -= count;
      if (warmUs === 0 && left <= ROWS) warmUs = processorUs(pid);
    };
    await writeLane(lane, rows, { most: () => left, note });
    return (processorUs(pid) - warmUs) / ROWS;
  } finally {
    await lane.client.end();
  }
}

async function asOwner<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function processorUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
