import type pg from 'pg';
import { CHAINS } from '../read/audit-seals.queries.ts';
import type { SealRun, SignedCheckpoint } from './signer-child.ts';

/** Seals of one chain that one checkpoint takes at most. */
const RUN_SEALS = 5000;
/** Who drives the signer of a database: one advisory lock, "ghs". */
const SIGNING_LOCK = [0x676873, 0];

const NEW_RUNS = `with recursive ${CHAINS}, known as (select * from unnest($1::text[], $2::bigint[]) as k (chain, seq))
select c.chain, min(s.seq)::text as first, encode(string_agg(s.prev_root || s.root, ''::bytea order by s.seq), 'base64') as links,
       extract(epoch from clock_timestamp() - min(s.sealed_at)) * 1000 as age
  from chains c left join known k using (chain)
  cross join lateral (
    select seq, prev_root, root, sealed_at from audit_seals
     where chain = c.chain and seq > coalesce(k.seq, 0) order by seq limit ${RUN_SEALS}) s
 where c.chain is not null group by c.chain order by c.chain`;

export interface NewSeals {
  readonly runs: readonly SealRun[];
  /** Of the oldest of them, in milliseconds. */
  readonly ageMs: number;
}

export async function trySigningLock(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1, $2) as locked',
    SIGNING_LOCK,
  );
  return rows[0]!.locked;
}

/** The log that is written now. */
export async function currentOrigin(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ origin: string }>(
    'select origin from audit_origins order by number desc limit 1',
  );
  return rows[0]!.origin;
}

/** The seals behind what is signed: of each chain from the next one on. */
export async function newSeals(client: pg.ClientBase, heads: ReadonlyMap<string, number>): Promise<NewSeals> {
  const { rows } = await client.query<{ chain: string; first: string; links: string; age: string }>({
    name: 'audit_new_seals',
    text: NEW_RUNS,
    values: [[...heads.keys()], [...heads.values()]],
  });
  return {
    runs: rows.map(({ chain, first, links }) => ({ chain, first: Number(first), links })),
    ageMs: rows.reduce((oldest, { age }) => Math.max(oldest, Number(age)), 0),
  };
}

export async function lastCheckpoint(
  client: pg.ClientBase,
  origin: string,
): Promise<{ readonly no: number; readonly size: number; readonly root: string } | null> {
  const { rows } = await client.query<{ no: string; size: string; root: Buffer }>(
    'select no, size, root from audit_checkpoints where origin = $1 order by no desc limit 1',
    [origin],
  );
  const last = rows[0];
  if (last === undefined) return null;
  return { no: Number(last.no), size: Number(last.size), root: last.root.toString('hex') };
}

export interface StoredCheckpoint {
  readonly no: number;
  readonly root: string;
  readonly note: string;
  readonly runs: readonly SealRun[];
}

/** The checkpoint of that number with the links of its seals; null where there is none. */
export async function storedCheckpoint(
  client: pg.ClientBase,
  origin: string,
  no: number,
): Promise<StoredCheckpoint | null> {
  const { rows } = await client.query<{
    root: Buffer;
    note: string;
    chain: string | null;
    first: string;
    links: string;
  }>(
    `select c.root, c.note, r.chain, r.first, (
        select encode(string_agg(s.prev_root || s.root, ''::bytea order by s.seq), 'base64') from audit_seals s
         where s.chain = r.chain and s.seq between r.first and r.last) as links
       from audit_checkpoints c
       left join lateral unnest(c.chains, c.first_seqs, c.last_seqs) with ordinality as r (chain, first, last, place) on true
      where c.origin = $1 and c.no = $2 order by r.place`,
    [origin, no],
  );
  const [first] = rows;
  if (first === undefined) return null;
  return {
    no,
    root: first.root.toString('hex'),
    note: first.note,
    runs: rows.flatMap((row) =>
      row.chain === null ? [] : [{ chain: row.chain, first: Number(row.first), links: row.links ?? '' }],
    ),
  };
}

/** Stores what the signer signed; what is there already stays. */
export async function storeCheckpoint(
  client: pg.ClientBase,
  origin: string,
  { no, first, size, root, note, runs, anchored }: SignedCheckpoint,
): Promise<void> {
  await client.query(
    `insert into audit_checkpoints (origin, no, size, first, root, note, chains, first_seqs, last_seqs, anchored)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (origin, no) do nothing`,
    [
      origin,
      no,
      size,
      first,
      Buffer.from(root, 'hex'),
      note,
      runs.map((run) => run.chain),
      runs.map((run) => run.first),
      runs.map((run) => run.last),
      anchored,
    ],
  );
}

/** Enters a public key; one that is known stays as it was. */
export async function storeKey(
  client: pg.ClientBase,
  origin: string,
  vkey: string,
  certificate: string | null = null,
): Promise<void> {
  await client.query(
    'insert into audit_keys (origin, key_id, vkey, certificate) values ($1, $2, $3, $4) on conflict do nothing',
    [origin, vkey.split('+')[1], vkey, certificate],
  );
}

/** A seal that is not the next one behind the one before, or stands on another root; null when all do. */
export async function sealOnAnotherRoot(
  client: pg.ClientBase,
): Promise<{ readonly chain: string; readonly seq: string } | null> {
  const { rows } = await client.query<{ chain: string; seq: string }>(
    `select chain, seq from (
       select chain, seq, prev_root, lag(root, 1, decode(repeat('00', 32), 'hex')) over w as root_before,
              lag(seq, 1, 0::bigint) over w as seq_before
         from audit_seals window w as (partition by chain order by seq)) s
      where prev_root <> root_before or seq <> seq_before + 1 limit 1`,
  );
  return rows[0] ?? null;
}
