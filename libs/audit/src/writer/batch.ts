import { uuidText } from '@gatehouse/kernel';
import { writeLeafHash } from '../row/leaf.ts';
import { writeRowId } from '../row/row-id.ts';
import { merkleRoot } from '../seal/merkle.ts';
import { sealRoot } from '../seal/seal-root.ts';
import type { LaneHead } from './lane-head.ts';
import type { PendingRow } from './pending-row.ts';

/** Rows with their ids, and the seal that binds them to the chain. The same batch is sent again after a lost answer. */
export interface Batch {
  readonly rows: readonly PendingRow[];
  readonly ids: Buffer;
  readonly idTexts: readonly string[];
  readonly times: readonly number[];
  readonly leaves: Buffer;
  readonly seq: bigint;
  readonly prevRoot: Buffer;
  readonly root: Buffer;
  /** The lane's head once this batch stands. */
  readonly head: LaneHead;
}

/** Gives `rows` their numbers behind `head`, and seals them. */
export function formBatch(rows: readonly PendingRow[], head: LaneHead, lane: number, chain: string): Batch {
  const ids = Buffer.allocUnsafe(rows.length * 16);
  const leaves = Buffer.allocUnsafe(rows.length * 32);
  const times: number[] = [];
  const idTexts: string[] = [];
  let { ms, number } = head;
  let occurredAt = '';
  for (let i = 0; i < rows.length; i += 1) {
    const pending = rows[i]!;
    if (pending.ms > ms || occurredAt === '') {
      ms = Math.max(ms, pending.ms);
      occurredAt = new Date(ms).toISOString();
    }
    number += 1;
    writeRowId(ids, i * 16, { ms, number, lane });
    const id = uuidText(ids, i * 16);
    writeLeafHash(leaves, i * 32, pending.row, id, occurredAt);
    idTexts.push(id);
    times.push(ms);
  }
  const seq = head.seq + 1n;
  const root = sealRoot(chain, seq, rows.length, head.root, merkleRoot(leaves, rows.length));
  return {
    rows,
    ids,
    idTexts,
    times,
    leaves,
    seq,
    prevRoot: head.root,
    root,
    head: { seq, root, ms, number },
  };
}

/** The rows that `head`'s next batch may hold: all of one month, because a batch never spans a partition. */
export function sameMonth(rows: readonly PendingRow[], headMs: number): number {
  const month = monthOf(Math.max(headMs, rows[0]!.ms));
  const other = rows.findIndex((row) => monthOf(Math.max(headMs, row.ms)) !== month);
  return other < 0 ? rows.length : other;
}

let cachedDay = -1;
let cachedMonth = -1;

function monthOf(ms: number): number {
  const day = Math.floor(ms / 86_400_000);
  if (day !== cachedDay) {
    const date = new Date(ms);
    cachedDay = day;
    cachedMonth = date.getUTCFullYear() * 12 + date.getUTCMonth();
  }
  return cachedMonth;
}
