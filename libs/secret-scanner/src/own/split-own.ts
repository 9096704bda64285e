import type { OwnMatch, OwnSecretFinder } from './own-search.ts';

interface Piece {
  readonly index: number;
  /** Where it begins in its text, and in the joined text. */
  readonly from: number;
  readonly at: number;
  readonly length: number;
}

const NONE: ReadonlyMap<number, readonly OwnMatch[]> = new Map();

/**
 * Own secrets of which one text holds the beginning and those after it the rest: by the index of each text, the part
 * that stands in it. `texts`: those of neighbouring members of one object, or items of one array, in their order;
 * `longest`: of a longer text only so much of either end can be part of one.
 */
export function findSplitOwn(
  texts: readonly string[],
  find: OwnSecretFinder,
  longest: number,
): ReadonlyMap<number, readonly OwnMatch[]> {
  if (texts.length < 2) return NONE;
  let found: Map<number, OwnMatch[]> | undefined;
  let pieces: Piece[] = [];
  let joined = '';
  const add = (index: number, from: number, text: string): void => {
    pieces.push({ index, from, at: joined.length, length: text.length });
    joined += text;
  };
  const look = (): void => {
    if (pieces.length > 1) {
      for (const { start, end, name } of find(joined)) {
        const touched = pieces.filter((piece) => piece.at < end && piece.at + piece.length > start);
        if (touched.length < 2) continue;
        found ??= new Map();
        for (const { index, from, at, length } of touched) {
          const part = {
            start: from + Math.max(0, start - at),
            end: from + Math.min(length, end - at),
            name,
            encoding: 'split',
          };
          found.set(index, [...(found.get(index) ?? []), part]);
        }
      }
    }
    pieces = [];
    joined = '';
  };
  for (const [index, text] of texts.entries()) {
    if (text.length <= 2 * longest) {
      add(index, 0, text);
      continue;
    }
    add(index, 0, text.slice(0, longest));
    look();
    add(index, text.length - longest, text.slice(-longest));
  }
  look();
  return found ?? NONE;
}
