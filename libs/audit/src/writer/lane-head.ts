import type pg from 'pg';
import { rowPosition } from '../row/row-id.ts';
import { NO_ROOT } from '../seal/seal-root.ts';

/** The last seal of a chain, and where its last row stands. */
export interface LaneHead {
  readonly seq: bigint;
  readonly root: Buffer;
  readonly ms: number;
  readonly number: number;
}

export const EMPTY_HEAD: LaneHead = { seq: 0n, root: NO_ROOT, ms: 0, number: 0 };

export async function readLaneHead(client: pg.Client, chain: string): Promise<LaneHead> {
  const { rows } = await client.query<{ seq: string; root: Buffer; last_id: string }>(
    'select seq, root, last_id from audit_seals where chain = $1 order by seq desc limit 1',
    [chain],
  );
  const last = rows[0];
  if (last === undefined) return EMPTY_HEAD;
  const { ms, number } = rowPosition(last.last_id);
  return { seq: BigInt(last.seq), root: last.root, ms, number };
}
