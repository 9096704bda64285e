import pg from 'pg';
import type { AnchorRecord } from '../anchors/anchor.ts';
import type { AuditCursor } from '../read/audit-cursor.ts';

/** "ghe": the advisory locks that sinks are claimed by. */
const LOCK_CLASS = 0x676865;

/** What is stored of one sink. */
export interface StoredSink {
  readonly sink: string;
  readonly rowsTotal: number;
  readonly missingTotal: number;
  /** Events that an operator had the sink go on without. */
  readonly skippedTotal: number;
  /** The event that it refuses for good: the id of a row or of a checkpoint. */
  readonly refusedId: string | null;
  readonly sentAt: Date | null;
  readonly failingSince: Date | null;
  readonly failures: number;
  readonly lastProblem: string | null;
}

/** A checkpoint on its way out, and the id of its event. */
export interface SentCheckpoint {
  readonly id: string;
  readonly record: AnchorRecord;
}

/**
 * How far a sink has come, held by one process at a time: the claim is an advisory lock on this connection, so it ends
 * with the connection, and another replica goes on from the stored place.
 */
export class ExportPlace {
  readonly #client: pg.Client;
  readonly #sink: string;
  #lost = false;

  private constructor(client: pg.Client, sink: string) {
    this.#client = client;
    this.#sink = sink;
    client.on('end', () => {
      this.#lost = true;
    });
  }

  /** Null while another process has it. @throws when the database cannot be reached */
  static async claim(config: pg.ClientConfig, sink: string): Promise<ExportPlace | null> {
    const client = new pg.Client({
      ...config,
      application_name: 'gatehouse export',
      connectionTimeoutMillis: 5000,
      query_timeout: 15_000,
      keepAlive: true,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock($1, hashtext($2)) as locked',
        [LOCK_CLASS, sink],
      );
      if (rows[0]?.locked !== true) {
        await client.end();
        return null;
      }
      await client.query('insert into export_sinks (sink) values ($1) on conflict do nothing', [sink]);
      return new ExportPlace(client, sink);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** Whether the claim has ended with its connection. */
  get lost(): boolean {
    return this.#lost;
  }

  async cursor(): Promise<AuditCursor> {
    const { rows } = await this.#client.query<{ chain: string; seq: string }>(
      'select chain, seq::text from export_places where sink = $1',
      [this.#sink],
    );
    return new Map(rows.map(({ chain, seq }) => [chain, BigInt(seq)]));
  }

  /** Notes that everything up to `cursor` was taken. */
  async moveTo(
    cursor: AuditCursor,
    sent: { readonly rows: number; readonly missing: number },
  ): Promise<void> {
    await this.#client.query(
      `with moved as (
         insert into export_places (sink, chain, seq)
         select $1, chain, seq from unnest($2::text[], $3::bigint[]) as place (chain, seq)
         on conflict (sink, chain) do update set seq = excluded.seq)
       update export_sinks set rows_total = rows_total + $4, missing_total = missing_total + $5, sent_at = now(),
         failing_since = null, failures = 0, last_problem = null, refused_id = null, looked_at = now() where sink = $1`,
      [this.#sink, [...cursor.keys()], [...cursor.values()].map(String), sent.rows, sent.missing],
    );
  }

  /** `refusedId`: the event that alone is refused for good. */
  async noteFailure(problem: string, refusedId: string | null): Promise<void> {
    await this.#client.query(
      `update export_sinks set failing_since = coalesce(failing_since, now()), failures = failures + 1,
         last_problem = $2, refused_id = $3, looked_at = now() where sink = $1`,
      [this.#sink, problem.slice(0, 500), refusedId],
    );
  }

  /** Whether the sink is to go on without this event; that is noted and counted. */
  async takeSkip(id: string): Promise<boolean> {
    const { rowCount } = await this.#client.query(
      `update export_sinks set skipped_total = skipped_total + 1, skip_id = null, refused_id = null
        where sink = $1 and skip_id = $2`,
      [this.#sink, id],
    );
    return rowCount === 1;
  }

  /** The newest checkpoint that names every writer's head, where the sink has not taken it. */
  async newCheckpoint(): Promise<SentCheckpoint | null> {
    const { rows } = await this.#client.query<{
      id: string;
      at: Date;
      size: string;
      note: string;
      is_new: boolean;
    }>(
      `select c.origin || ' ' || c.no as id, c.signed_at as at, c.size, c.note,
              c.origin || ' ' || c.no is distinct from (select checkpoint from export_sinks where sink = $1) as is_new
         from audit_checkpoints c
        where c.anchored and c.origin = (select origin from audit_origins order by number desc limit 1)
        order by c.no desc limit 1`,
      [this.#sink],
    );
    if (rows[0]?.is_new !== true) return null;
    const { id, at, size, note } = rows[0];
    return {
      id,
      record: { event: 'audit.checkpoint', at: at.toISOString(), size: Number(size), checkpoint: note },
    };
  }

  async tookCheckpoint(id: string): Promise<void> {
    await this.#client.query(
      `update export_sinks set checkpoint = $2, failing_since = null, failures = 0, last_problem = null,
         refused_id = null where sink = $1`,
      [this.#sink, id],
    );
  }

  async release(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

/** What is stored of every sink that ever ran, and how many seals of the trail each has not taken. */
export async function storedSinks(
  database: Pick<pg.Pool, 'query'>,
  heads: AuditCursor,
): Promise<readonly (StoredSink & { readonly sealsBehind: number })[]> {
  const { rows } = await database.query<StoredSink & { chains: string[] | null; seqs: string[] | null }>(
    `select s.sink, s.rows_total::float8 as "rowsTotal", s.missing_total::float8 as "missingTotal",
       s.skipped_total::float8 as "skippedTotal", s.refused_id as "refusedId", s.sent_at as "sentAt",
       s.failing_since as "failingSince", s.failures, s.last_problem as "lastProblem",
       array_agg(p.chain) filter (where p.chain is not null) as chains,
       array_agg(p.seq::text) filter (where p.chain is not null) as seqs
     from export_sinks s left join export_places p using (sink) group by s.sink order by s.sink`,
  );
  return rows.map(({ chains, seqs, ...stored }) => {
    const place = new Map((chains ?? []).map((chain, index) => [chain, BigInt(seqs?.[index] ?? '0')]));
    return { ...stored, sealsBehind: sealsBehind(place, heads) };
  });
}

/** Wants the sink to go on without an event that it refuses for good; false when it refuses another one by now. */
export async function wantSkip(database: Pick<pg.Pool, 'query'>, sink: string, id: string): Promise<boolean> {
  const { rowCount } = await database.query(
    'update export_sinks set skip_id = $2 where sink = $1 and refused_id = $2',
    [sink, id],
  );
  return rowCount === 1;
}

export function sealsBehind(place: AuditCursor, heads: AuditCursor): number {
  let behind = 0n;
  for (const [chain, seq] of heads) behind += seq - (place.get(chain) ?? 0n);
  return Number(behind < 0n ? 0n : behind);
}
