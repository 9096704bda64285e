import { hash } from 'node:crypto';
import type { PreparedRow } from './prepared-row.ts';

const LEAF = 0;
let scratch = Buffer.alloc(256 * 1024);

/**
 * A row's leaf in the Merkle tree of its batch: SHA-256(0x00 ‖ one RFC 8785 object of the 18 columns, `content`
 * members left out).
 */
export function writeLeafHash(
  target: Buffer,
  offset: number,
  row: PreparedRow,
  id: string,
  occurredAt: string,
): void {
  const text = `${row.leafHead}${id}","occurred_at":"${occurredAt}${row.leafTail}`;
  if (scratch.length <= text.length * 3) scratch = Buffer.alloc(text.length * 3 + 1);
  scratch[0] = LEAF;
  const end = 1 + scratch.write(text, 1);
  // As a string: a buffer of 32 bytes costs more than the hash.
  target.write(hash('sha256', scratch.subarray(0, end), 'hex'), offset, 'hex');
}
