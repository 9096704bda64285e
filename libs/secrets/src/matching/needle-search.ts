import { SHORTEST_FORM } from './encoded-forms.ts';
import type { FindSpans, Span } from './span.ts';

export interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

const BLOCK = 2;
const LONGEST_SHIFT = SHORTEST_FORM - BLOCK + 1;

/**
 * Finds many byte sequences in one pass whose cost does not grow with their number: Wu and Manber's shift table over
 * blocks of two bytes, built from the first bytes of each. Bytes without any of them are mostly skipped.
 */
export function needleSearch(needles: readonly Needle[]): FindSpans {
  if (needles.length === 0) return () => [];
  const shifts = new Uint8Array(65_536).fill(LONGEST_SHIFT);
  const ending = new Map<number, Needle[]>();
  for (const needle of needles) {
    for (let at = 0; at + BLOCK <= SHORTEST_FORM; at += 1) {
      const block = blockAt(needle.bytes, at);
      shifts[block] = Math.min(shifts[block]!, SHORTEST_FORM - BLOCK - at);
    }
    const last = blockAt(needle.bytes, SHORTEST_FORM - BLOCK);
    ending.set(last, [...(ending.get(last) ?? []), needle]);
  }
  for (const candidates of ending.values()) candidates.sort((a, b) => b.bytes.length - a.bytes.length);

  return (bytes) => {
    const spans: Span[] = [];
    const end = bytes.length - SHORTEST_FORM;
    for (let at = 0; at <= end; ) {
      const block = (bytes[at + SHORTEST_FORM - 2]! << 8) | bytes[at + SHORTEST_FORM - 1]!;
      const shift = shifts[block]!;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const found = ending.get(block)?.find((needle) => standsAt(needle.bytes, bytes, at));
      if (found !== undefined) spans.push({ start: at, end: at + found.bytes.length, name: found.name });
      at += 1;
    }
    return spans;
  };
}

function blockAt(bytes: Buffer, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function standsAt(needle: Buffer, bytes: Buffer, at: number): boolean {
  return at + needle.length <= bytes.length && needle.compare(bytes, at, at + needle.length) === 0;
}
