import { merkleRoot } from './merkle.ts';

const HASH_BYTES = 32;

/** The hashes beside the way from leaf `index` to the root, lowest first: RFC 6962 section 2.1.1. */
export function inclusionPath(leaves: Buffer, size: number, index: number): Buffer[] {
  if (size <= 1) return [];
  const left = split(size);
  const [head, tail] = halves(leaves, left);
  return index < left
    ? [...inclusionPath(head, left, index), merkleRoot(tail, size - left)]
    : [...inclusionPath(tail, size - left, index - left), merkleRoot(head, left)];
}

/** What proves that a tree of `size` leaves extends its own first `from`: RFC 6962 section 2.1.2. */
export function consistencyPath(leaves: Buffer, size: number, from: number): Buffer[] {
  return from === 0 || from === size ? [] : subproof(leaves, size, from, true);
}

function subproof(leaves: Buffer, size: number, from: number, whole: boolean): Buffer[] {
  if (from === size) return whole ? [] : [merkleRoot(leaves, size)];
  const left = split(size);
  const [head, tail] = halves(leaves, left);
  return from <= left
    ? [...subproof(head, left, from, whole), merkleRoot(tail, size - left)]
    : [...subproof(tail, size - left, from - left, false), merkleRoot(head, left)];
}

/** The largest power of two below. */
function split(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

function halves(leaves: Buffer, left: number): [Buffer, Buffer] {
  return [leaves.subarray(0, left * HASH_BYTES), leaves.subarray(left * HASH_BYTES)];
}
