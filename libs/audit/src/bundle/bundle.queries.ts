import type pg from 'pg';
import type { CheckpointRecord, LogRecord, RowRecord } from './bundle-record.ts';

const SEALS = 200;
/** Of a page, about: its rows are in memory at once. */
const ROWS = 5000;
const CHECKPOINTS = 1000;
const ENTRIES = 5000;

const rowColumns = (content: boolean) => {
  const json = (column: string) =>
    content ? `${column}::text as ${column}` : `audit_without_content(${column})::text as ${column}`;
  return (
    `id::text, to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as occurred_at, event, user_id, ` +
    `session_id, task_id, trace_id, context_id, client_id, role, agent_id, action, decision, policy, reason, ` +
    `${json('evaluation')}, ${json('result')}, cost_microdollars::text as cost_microdollars`
  );
};

export interface StoredSeal {
  readonly chain: string;
  readonly seq: string;
  readonly n: number;
  readonly prev_root: Buffer;
  readonly root: Buffer;
  readonly first_id: string;
  readonly last_id: string;
  readonly row_ids: readonly string[];
  readonly leaves: Buffer;
}

/** Oldest first; there is always one. */
export async function logsOf(client: pg.ClientBase): Promise<readonly LogRecord[]> {
  const { rows } = await client.query<{ origin: string; begun_at: Date; record: string | null }>(
    'select origin, begun_at, record from audit_origins order by number',
  );
  return rows.map(({ origin, begun_at: at, record }) => ({
    record: 'log',
    origin,
    begun_at: at.toISOString(),
    row: record,
  }));
}

export async function chainsOf(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ chain: string }>(
    'select chain from audit_lanes l where exists (select from audit_seals s where s.chain = l.chain) union select distinct chain from audit_seals order by chain',
  );
  return rows.map(({ chain }) => chain);
}

/** A chain's next seals: of some thousand rows in all, and at least one. */
export async function sealsOf(
  client: pg.ClientBase,
  chain: string,
  after: string,
): Promise<readonly StoredSeal[]> {
  const { rows } = await client.query<StoredSeal>({
    name: 'audit_bundle_seals',
    text: `select chain, seq, n, prev_root, root, first_id, last_id, row_ids, leaves from (
             select *, sum(n) over (order by seq) - n as before from (
               select * from audit_seals where chain = $1 and seq > $2 order by seq limit ${SEALS}) s) t
            where before < ${ROWS} order by seq`,
    values: [chain, after],
  });
  return rows;
}

/** Those of the rows that are there, by id; from `audit_held` where the log has them no longer. */
export async function rowsOfSeals(
  client: pg.ClientBase,
  ids: readonly string[],
  content: boolean,
): Promise<ReadonlyMap<string, RowRecord>> {
  const columns = rowColumns(content);
  const { rows } = await client.query<Omit<RowRecord, 'record'> & { id: string }>({
    name: content ? 'audit_bundle_rows' : 'audit_bundle_rows_bare',
    text: `select ${columns} from audit_log where id = any($1::uuid[])`,
    values: [ids],
  });
  const found = new Map(rows.map((row) => [row.id, { record: 'row', ...row } as RowRecord]));
  if (found.size === ids.length) return found;
  const held = await client.query<Omit<RowRecord, 'record'> & { id: string }>(
    `select ${columns} from audit_held where id = any($1::uuid[])`,
    [ids.filter((id) => !found.has(id))],
  );
  for (const row of held.rows) found.set(row.id, { record: 'row', held: true, ...row } as RowRecord);
  return found;
}

/** Rows that no seal names, and which the order of seals therefore never reaches. */
export async function unsealedRows(client: pg.ClientBase, content: boolean): Promise<readonly RowRecord[]> {
  const { rows } = await client.query<Omit<RowRecord, 'record'>>(
    `select ${rowColumns(content)} from audit_log
      where id in (select id from audit_log except select unnest(row_ids) from audit_seals) order by id limit 1000`,
  );
  return rows.map((row) => ({ record: 'row', ...row }) as RowRecord);
}

export async function countRows(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ n: string }>('select count(*) as n from audit_log');
  return Number(rows[0]!.n);
}

export async function bundledKeys(client: pg.ClientBase, origin: string) {
  const { rows } = await client.query<{ vkey: string; since: Date; certificate: string | null }>(
    'select vkey, since, certificate from audit_keys where origin = $1 order by since',
    [origin],
  );
  return rows;
}

export async function checkpointsOf(
  client: pg.ClientBase,
  origin: string,
  after: number,
): Promise<readonly CheckpointRecord[]> {
  const { rows } = await client.query<{
    no: string;
    note: string;
    chains: string[];
    first_seqs: string[];
    last_seqs: string[];
  }>({
    name: 'audit_bundle_checkpoints',
    text: `select no, note, chains, first_seqs, last_seqs from audit_checkpoints
            where origin = $1 and no > $2 order by no limit ${CHECKPOINTS}`,
    values: [origin, after],
  });
  return rows.map(({ no, note, chains, first_seqs, last_seqs }) => ({
    record: 'checkpoint' as const,
    no: Number(no),
    note,
    runs: chains.map((chain, i) => [chain, Number(first_seqs[i]), Number(last_seqs[i])] as const),
  }));
}

export interface AnchoredCheckpoint {
  readonly no: number;
  readonly size: number;
  readonly note: string;
  readonly signedAt: Date;
}

export async function lastAnchoredCheckpoint(
  client: pg.ClientBase,
  origin: string,
): Promise<AnchoredCheckpoint | null> {
  const { rows } = await client.query<{ no: string; size: string; note: string; signed_at: Date }>(
    'select no, size, note, signed_at from audit_checkpoints where origin = $1 and anchored order by no desc limit 1',
    [origin],
  );
  const last = rows[0];
  if (last === undefined) return null;
  return { no: Number(last.no), size: Number(last.size), note: last.note, signedAt: last.signed_at };
}

/** The seal that a row is in. */
export async function sealOf(client: pg.ClientBase, id: string): Promise<StoredSeal | null> {
  const { rows } = await client.query<StoredSeal>(
    `select s.chain, s.seq, s.n, s.prev_root, s.root, s.first_id, s.last_id, s.row_ids, s.leaves
       from audit_lanes l join audit_seals s on s.chain = l.chain
      where l.lane = ('x' || right($1::text, 8))::bit(32)::integer and s.first_id <= $1::uuid
      order by s.first_id desc limit 1`,
    [id],
  );
  const seal = rows[0];
  return seal?.row_ids.includes(id) === true ? seal : null;
}

/** Where a seal stands in the tree, from 0; null when no checkpoint covers it. */
export async function treeIndex(
  client: pg.ClientBase,
  origin: string,
  { chain, seq }: { readonly chain: string; readonly seq: string },
): Promise<number | null> {
  const { rows } = await client.query<{ first: string; chains: string[]; firsts: string[]; lasts: string[] }>(
    `select first, chains, first_seqs as firsts, last_seqs as lasts from audit_checkpoints c
      where origin = $1 and exists (
        select from unnest(c.chains, c.first_seqs, c.last_seqs) as r (chain, first, last)
         where r.chain = $2 and $3::bigint between r.first and r.last) limit 1`,
    [origin, chain, seq],
  );
  const covering = rows[0];
  if (covering === undefined) return null;
  let index = Number(covering.first);
  for (const [i, name] of covering.chains.entries()) {
    const [first, last] = [Number(covering.firsts[i]), Number(covering.lasts[i])];
    if (name === chain && first <= Number(seq) && Number(seq) <= last) return index + Number(seq) - first;
    index += last - first + 1;
  }
  return null;
}

/** The tree's entries up to a checkpoint, in order, some thousands at a time. Needs a transaction. */
export async function* treeEntries(
  client: pg.ClientBase,
  origin: string,
  no: number,
): AsyncGenerator<readonly Buffer[]> {
  await client.query(
    `declare tree_entries no scroll cursor for
     select sha256('\\x00'::bytea || convert_to(s.chain || E'\\n' || s.seq || E'\\n' || encode(s.root, 'hex') || E'\\n', 'UTF8')) as hash
       from audit_checkpoints c
       cross join lateral unnest(c.chains, c.first_seqs, c.last_seqs) with ordinality as r (chain, first, last, place)
       cross join lateral (
         select chain, seq, root from audit_seals where chain = r.chain and seq between r.first and r.last order by seq) s
      where c.origin = $1 and c.no <= $2 order by c.no, r.place, s.seq`,
    [origin, no],
  );
  for (;;) {
    const { rows } = await client.query<{ hash: Buffer }>(`fetch ${ENTRIES} from tree_entries`);
    if (rows.length === 0) return;
    yield rows.map(({ hash }) => hash);
  }
}

export async function checkpointNote(client: pg.ClientBase, origin: string, no: number): Promise<string> {
  const { rows } = await client.query<{ note: string }>(
    'select note from audit_checkpoints where origin = $1 and no = $2',
    [origin, no],
  );
  return rows[0]!.note;
}
