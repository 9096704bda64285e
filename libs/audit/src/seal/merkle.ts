import { hash } from 'node:crypto';

const INNER = 1;
const HASH_BYTES = 32;

/**
 * The root of the Merkle tree over `n` leaf hashes that stand one behind the other in `leaves`: RFC 6962 section
 * 2.1, inner nodes SHA-256(0x01 ‖ left ‖ right), split at the largest power of two below n.
 */
export function merkleRoot(leaves: Buffer, n: number): Buffer {
  const root = Buffer.alloc(HASH_BYTES);
  writeSubtree(leaves, 0, n, root, 0, 0);
  return root;
}

/** One node under construction for each depth: a tree of many leaves allocates nothing. */
const nodes: Buffer[] = [];

function writeSubtree(
  leaves: Buffer,
  start: number,
  n: number,
  target: Buffer,
  offset: number,
  depth: number,
): void {
  if (n === 1) {
    leaves.copy(target, offset, start * HASH_BYTES, (start + 1) * HASH_BYTES);
    return;
  }
  let left = 1;
  while (left * 2 < n) left *= 2;
  nodes[depth] ??= Buffer.from([INNER, ...new Uint8Array(2 * HASH_BYTES)]);
  const node = nodes[depth];
  writeSubtree(leaves, start, left, node, 1, depth + 1);
  writeSubtree(leaves, start + left, n - left, node, 1 + HASH_BYTES, depth + 1);
  target.write(hash('sha256', node, 'hex'), offset, 'hex');
}
