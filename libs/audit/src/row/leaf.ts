import { hash } from 'node:crypto';
import type { PreparedRow } from './prepared-row.ts';

const LEAF = 0;
let scratch = Buffer.alloc(256 * 1024);

/**
 * A row's leaf in the Merkle tree of its batch: SHA-256(0x00 ‖ one RFC 8785 object of the 18 columns, `content`
 * members left out).
 */
export function leafHash(row: PreparedRow, id: string, occurredAt: string): Buffer {
  const text = `${row.leafHead}${id}","occurred_at":"${occurredAt}${row.leafTail}`;
  if (scratch.length <= text.length * 3) scratch = Buffer.alloc(text.length * 3 + 1);
  scratch[0] = LEAF;
  const end = 1 + scratch.write(text, 1);
  return hash('sha256', scratch.subarray(0, end), 'buffer');
}
