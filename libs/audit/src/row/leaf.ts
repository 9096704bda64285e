import { createHash } from 'node:crypto';
import type { PreparedRow } from './prepared-row.ts';

const LEAF = Buffer.from([0]);

/**
 * A row's leaf in the Merkle tree of its batch: SHA-256(0x00 ‖ one RFC 8785 object of the 18 columns, `content`
 * members left out).
 */
export function leafHash(row: PreparedRow, id: string, occurredAt: string): Buffer {
  return createHash('sha256')
    .update(LEAF)
    .update(`${row.leafHead}${id}","occurred_at":"${occurredAt}${row.leafTail}`)
    .digest();
}
