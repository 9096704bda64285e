import pg from 'pg';
import { type LaneHead, readLaneHead } from './lane-head.ts';

const LOCK_CLASS = 0x67686c; // "ghl": the advisory locks that lanes are claimed by

const QUERY_TIMEOUT_MS = 15_000;

export interface LaneIdentity {
  readonly lane: number;
  readonly chain: string;
}

/** One connection that holds a lane: the claim is an advisory lock, so it ends with the connection. */
export interface LaneConnection extends LaneIdentity {
  readonly client: pg.Client;
  readonly head: LaneHead;
}

export class LaneTaken extends Error {}

/** The database has no such lane, or another chain under its number: it was restored from a copy of before. */
export class LaneGone extends Error {}

/**
 * Connects, and claims `wanted` or else any free lane of the kind, or a new one.
 * @throws LaneTaken when `wanted` is held by another connection, LaneGone when it is not in the database
 */
export async function openLane(
  config: pg.ClientConfig,
  kind: 'server' | 'cli',
  wanted: LaneIdentity | null,
): Promise<LaneConnection> {
  const client = new pg.Client({
    ...config,
    application_name: 'gatehouse audit lane',
    connectionTimeoutMillis: 2000,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  });
  // Without a listener a lost connection would end the process; the next query reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const identity = wanted === null ? await claimAny(client, kind) : await claimAgain(client, wanted);
    return { ...identity, client, head: await readLaneHead(client, identity.chain) };
  } catch (error) {
    await closeQuietly(client);
    throw error;
  }
}

/** Ends a connection that may be dead already; there is nobody to tell. */
export async function closeQuietly(client: pg.Client): Promise<void> {
  await client.end().catch(() => undefined);
}

async function claim(client: pg.Client, wanted: LaneIdentity): Promise<LaneIdentity> {
  if (await tryLock(client, wanted.lane)) return wanted;
  throw new LaneTaken(`lane ${wanted.lane} is held by another connection`);
}

async function claimAgain(client: pg.Client, wanted: LaneIdentity): Promise<LaneIdentity> {
  const { rowCount } = await client.query('select from audit_lanes where lane = $1 and chain = $2', [
    wanted.lane,
    wanted.chain,
  ]);
  if (rowCount === 0) throw new LaneGone(`the database has no chain ${wanted.chain}`);
  return claim(client, wanted);
}

async function claimAny(client: pg.Client, kind: string): Promise<LaneIdentity> {
  const known = await client.query<LaneIdentity>(
    'select lane, chain from audit_lanes where kind = $1 order by lane',
    [kind],
  );
  for (const identity of known.rows) {
    if (await tryLock(client, identity.lane)) return identity;
  }
  const made = await client.query<LaneIdentity>(
    'insert into audit_lanes (kind) values ($1) returning lane, chain',
    [kind],
  );
  return claim(client, made.rows[0]!);
}

async function tryLock(client: pg.Client, lane: number): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
    LOCK_CLASS,
    lane,
  ]);
  return rows[0]!.locked;
}
