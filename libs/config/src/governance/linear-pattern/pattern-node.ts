/** Which characters a part can match: the 128 of ASCII, and one place for all others. */
export type CharacterSet = Uint8Array;

export const OTHERS = 128;

/** A regular expression as a tree. `at` is where the part begins in the source. */
export type PatternNode =
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly literal: string | null; readonly at: number }
  | { readonly kind: 'empty'; readonly at: number }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[]; readonly at: number }
  | { readonly kind: 'choice'; readonly branches: readonly PatternNode[]; readonly at: number }
  | {
      readonly kind: 'repeat';
      readonly part: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly at: number;
    };

/** Why a pattern is refused. `at` counts from 1, for a person. */
export class PatternRefused extends Error {
  readonly expected: string;

  constructor(message: string, at: number, expected: string) {
    super(`${message}, at character ${at + 1} of the pattern`);
    this.expected = expected;
  }
}

export function setOf(holds: (character: string) => boolean, others: boolean): CharacterSet {
  const set = new Uint8Array(OTHERS + 1);
  for (let code = 0; code < OTHERS; code += 1) set[code] = holds(String.fromCharCode(code)) ? 1 : 0;
  set[OTHERS] = others ? 1 : 0;
  return set;
}

export function overlap(a: CharacterSet, b: CharacterSet): boolean {
  return a.some((member, index) => member === 1 && b[index] === 1);
}

export function union(sets: readonly CharacterSet[]): CharacterSet {
  const all = new Uint8Array(OTHERS + 1);
  for (const set of sets) {
    for (const [index, member] of set.entries()) if (member === 1) all[index] = 1;
  }
  return all;
}
