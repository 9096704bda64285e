import { hash } from 'node:crypto';

const INNER = 1;
const HASH_BYTES = 32;

/**
 * The root of the Merkle tree over `n` leaf hashes that stand one behind the other in `leaves`: RFC 6962 section
 * 2.1, inner nodes SHA-256(0x01 ‖ left ‖ right), split at the largest power of two below n.
 */
export function merkleRoot(leaves: Buffer, n: number): Buffer {
  return subtree(leaves, 0, n);
}

function subtree(leaves: Buffer, start: number, n: number): Buffer {
  if (n === 1) return leaves.subarray(start * HASH_BYTES, (start + 1) * HASH_BYTES);
  let left = 1;
  while (left * 2 < n) left *= 2;
  const node = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  node[0] = INNER;
  subtree(leaves, start, left).copy(node, 1);
  subtree(leaves, start + left, n - left).copy(node, 1 + HASH_BYTES);
  return hash('sha256', node, 'buffer');
}
