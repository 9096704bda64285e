import type { RuleMatcher } from '../match/rule-matcher.ts';
import type { TextMatch } from '../match/text-match.ts';

/** A string among its neighbours: the members of one object or the items of one array, in their order. */
export interface Neighbour {
  readonly ordinal: number;
  readonly segment: string | number;
  readonly text: string;
}

/** A match that begins in one neighbour and ends in another, cut at their borders. */
export interface SplitMatch extends TextMatch {
  readonly neighbour: Neighbour;
}

/** Which ASCII characters a token is made of. */
const TOKEN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9+/_.~=:@-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
/** No rule finds anything in less, and no token is longer. */
const SHORTEST = 20;
const LONGEST = 4096;

interface Part {
  readonly neighbour: Neighbour;
  /** Where the part begins in its neighbour's text, and in the joined text. */
  readonly from: number;
  readonly at: number;
  readonly text: string;
}

/**
 * Credentials split over neighbouring fields or items: what ends one and what begins the next, joined. What touches
 * one of `known`, by ordinal, is left out: there a credential is whole.
 */
export function findSplit(
  matcher: RuleMatcher,
  neighbours: readonly Neighbour[],
  known: ReadonlySet<number>,
): SplitMatch[] {
  const found: SplitMatch[] = [];
  for (let first = 0; first + 1 < neighbours.length; ) {
    const parts = chainFrom(neighbours, first);
    first += Math.max(1, parts.length - 1);
    const last = parts.at(-1)!;
    if (parts.length < 2 || last.at + last.text.length < SHORTEST) continue;
    const joined = parts.map((part) => part.text).join('');
    for (const match of matcher.match(joined).found) {
      if (match.rule.context === true) continue;
      const cuts = cut(match, parts);
      if (!cuts.some((piece) => known.has(piece.neighbour.ordinal))) found.push(...cuts);
    }
  }
  return found;
}

function chainFrom(neighbours: readonly Neighbour[], first: number): Part[] {
  const { text } = neighbours[first]!;
  let from = text.length;
  while (from > 0 && text.length - from < LONGEST && isToken(text, from - 1)) from -= 1;
  const parts: Part[] = [{ neighbour: neighbours[first]!, from, at: 0, text: text.slice(from) }];
  let length = text.length - from;
  for (let index = first + 1; length > 0 && length < LONGEST && index < neighbours.length; index += 1) {
    const neighbour = neighbours[index]!;
    let to = 0;
    while (to < neighbour.text.length && to < LONGEST && isToken(neighbour.text, to)) to += 1;
    if (to === 0) break;
    parts.push({ neighbour, from: 0, at: length, text: neighbour.text.slice(0, to) });
    length += to;
    if (to < neighbour.text.length) break;
  }
  return parts;
}

function isToken(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code < 128 && TOKEN[code] === 1;
}

function cut(match: TextMatch, parts: readonly Part[]): SplitMatch[] {
  const touched = parts.filter((part) => part.at < match.end && part.at + part.text.length > match.start);
  if (touched.length < 2) return [];
  return touched.map((part) => ({
    ...match,
    encoding: 'split',
    neighbour: part.neighbour,
    start: part.from + Math.max(0, match.start - part.at),
    end: part.from + Math.min(part.text.length, match.end - part.at),
  }));
}
