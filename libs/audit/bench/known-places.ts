import type pg from 'pg';

/** A decided call of the generated log. */
export interface KnownCall {
  readonly id: string;
  readonly occurred_at: Date;
  readonly session_id: string;
  readonly trace_id: string;
  readonly task_id: string;
}

/** What questions can be asked about, in a log that was generated. */
export interface KnownPlaces {
  /** The call at that part of the log's time: 0 is its first, 1 its last. */
  readonly at: (part: number) => KnownCall;
  readonly chain: string;
  /** Seals of that chain. */
  readonly seqs: number;
  readonly logTrace: string;
}

const PARTS = [0, 0.01, 0.2, 0.3, 0.4, 0.5, 0.7, 0.999];

export async function knownPlaces(owner: pg.Client, fromMs: number, toMs: number): Promise<KnownPlaces> {
  const places = new Map<number, KnownCall>();
  for (const part of PARTS) {
    const { rows } = await owner.query<KnownCall>(
      `select id, occurred_at, session_id, trace_id, task_id from audit_log
        where event = 'tool_call.decided' and trace_id not like 'eeee%' and id >= audit_id_at($1) order by id limit 1`,
      [new Date(fromMs + (toMs - fromMs) * part)],
    );
    if (rows[0] !== undefined) places.set(part, rows[0]);
  }
  const { rows: seals } = await owner.query<{ chain: string; seqs: number }>(
    'select chain, max(seq)::int as seqs from audit_seals group by chain order by seqs desc limit 1',
  );
  const { rows: lines } = await owner.query<{ trace_id: string }>(
    'select trace_id from logs where trace_id is not null limit 1',
  );
  return {
    at: (part) => places.get(part) ?? [...places.values()].at(-1)!,
    chain: seals[0]?.chain ?? '',
    seqs: seals[0]?.seqs ?? 0,
    logTrace: lines[0]?.trace_id ?? '',
  };
}
