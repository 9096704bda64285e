import { createHash } from 'node:crypto';
import type { LeafRange } from './merkle-proof.ts';

const INNER = Buffer.of(1);

/**
 * The Merkle roots of some ranges of leaves, from one walk over all leaves: of each range it keeps the roots of perfect
 * subtrees alone, so that a tree of any size takes as much memory as its depth.
 */
export class RangeRoots {
  readonly #ranges: readonly { readonly range: LeafRange; readonly frontier: Buffer[] }[];
  #at = 0;

  constructor(ranges: readonly LeafRange[]) {
    this.#ranges = ranges.map((range) => ({ range, frontier: [] }));
  }

  /** The next leaf's hash. */
  add(leaf: Buffer): void {
    for (const { range, frontier } of this.#ranges) {
      if (this.#at < range.start || this.#at >= range.end) continue;
      let hash = leaf;
      for (let rest = this.#at - range.start; rest % 2 === 1; rest = Math.floor(rest / 2))
        hash = inner(frontier.pop()!, hash);
      frontier.push(hash);
    }
    this.#at += 1;
  }

  /** In the order of the ranges, once every leaf of them was added. */
  roots(): Buffer[] {
    return this.#ranges.map(({ frontier }) => frontier.reduceRight((right, left) => inner(left, right)));
  }
}

function inner(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(INNER).update(left).update(right).digest();
}
