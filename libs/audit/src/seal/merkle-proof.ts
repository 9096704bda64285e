import { merkleRoot } from './merkle.ts';

const HASH_BYTES = 32;

/** Leaves from `start` on, without `end`: a subtree whose root is one hash of a proof. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/** The subtrees beside the way from leaf `index` to the root, lowest first: RFC 6962 section 2.1.1. */
export function inclusionRanges(size: number, index: number, start = 0): LeafRange[] {
  if (size <= 1) return [];
  const left = split(size);
  const middle = start + left;
  return index < left
    ? [...inclusionRanges(left, index, start), { start: middle, end: start + size }]
    : [...inclusionRanges(size - left, index - left, middle), { start, end: middle }];
}

/** The subtrees that prove that a tree of `size` leaves extends its own first `from`: RFC 6962 section 2.1.2. */
export function consistencyRanges(size: number, from: number): LeafRange[] {
  return from === 0 || from === size ? [] : subproof(size, from, true, 0);
}

/** The hashes beside the way from leaf `index` to the root of so many leaves. */
export function inclusionPath(leaves: Buffer, size: number, index: number): Buffer[] {
  return inclusionRanges(size, index).map((range) => rootOf(leaves, range));
}

/** What proves that a tree of `size` leaves extends its own first `from`. */
export function consistencyPath(leaves: Buffer, size: number, from: number): Buffer[] {
  return consistencyRanges(size, from).map((range) => rootOf(leaves, range));
}

function subproof(size: number, from: number, whole: boolean, start: number): LeafRange[] {
  if (from === size) return whole ? [] : [{ start, end: start + size }];
  const left = split(size);
  const middle = start + left;
  return from <= left
    ? [...subproof(left, from, whole, start), { start: middle, end: start + size }]
    : [...subproof(size - left, from - left, false, middle), { start, end: middle }];
}

function rootOf(leaves: Buffer, { start, end }: LeafRange): Buffer {
  return merkleRoot(leaves.subarray(start * HASH_BYTES, end * HASH_BYTES), end - start);
}

/** The largest power of two below. */
function split(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}
