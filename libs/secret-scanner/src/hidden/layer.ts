/** A part of a text that hides another text. */
export interface Disguise {
  /** The name of the layer, as `Finding.encoding` shows it. */
  readonly encoding: string;
  /** The hidden text. */
  readonly text: string;
  /** Where the unit at an index of the hidden text begins in the outer one; its length gives the end. */
  readonly origin: (index: number) => number;
  /** A match in the hidden text stands for the whole part: half of an encoded run says nothing by itself. */
  readonly whole: boolean;
}

/** One way to hide a text. It looks only at texts whose `traits` allow it. */
export interface Layer {
  readonly find: (text: string) => Iterable<Disguise>;
  readonly mayHold: (traits: TextTraits) => boolean;
}

/** What a text is made of, found in one cheap pass. */
export interface TextTraits {
  /** The longest run of letters, digits and `+ / - _`. */
  readonly longestRun: number;
  /** The longest of these runs that has letters of both cases. */
  readonly longestMixedRun: number;
  /** The most pairs of characters in a row with one separator between. */
  readonly pairs: number;
  readonly percent: boolean;
  /** A backslash or an ampersand before what makes it an escape that hides a character. */
  readonly escaped: boolean;
  readonly beyondAscii: boolean;
}

/** A part `from`–`to` of the outer text that decodes to `text` as a whole. */
export function wholeDisguise(encoding: string, text: string, from: number, to: number): Disguise {
  return { encoding, text, origin: (index) => (index === 0 ? from : to), whole: true };
}

/** How much of its surroundings a replaced part is read with. */
const BEFORE = 256;
const AFTER = 768;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Replaces each match of `pattern`, and gives the text around the replaced parts: a secret that none of them is
 * near is not hidden by them.
 */
export function* replacing(
  encoding: string,
  text: string,
  pattern: RegExp,
  replace: (match: string) => string,
): Generator<Disguise> {
  let pieces: Piece[] = [];
  for (const match of text.matchAll(pattern)) {
    const replacement = replace(match[0]);
    if (replacement === match[0]) continue;
    const last = pieces.at(-1);
    if (last !== undefined && match.index - last.to > BEFORE + AFTER) {
      yield around(encoding, text, pieces);
      pieces = [];
    }
    pieces.push({ from: match.index, to: match.index + match[0].length, text: replacement });
  }
  if (pieces.length > 0) yield around(encoding, text, pieces);
}

function around(encoding: string, text: string, pieces: readonly Piece[]): Disguise {
  const start = Math.max(0, pieces[0]!.from - BEFORE);
  const end = Math.min(text.length, pieces.at(-1)!.to + AFTER);
  let decoded = '';
  let from = start;
  const starts: number[] = [];
  for (const piece of pieces) {
    decoded += text.slice(from, piece.from);
    starts.push(decoded.length);
    decoded += piece.text;
    from = piece.to;
  }
  return {
    encoding,
    text: decoded + text.slice(from, end),
    origin: (index) => originOf(index, start, pieces, starts),
    whole: false,
  };
}

/** Where the unit at `index` came from; inside a replaced part, in proportion. */
function originOf(index: number, start: number, pieces: readonly Piece[], starts: readonly number[]): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= index) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return start + index;
  const piece = pieces[low - 1]!;
  const within = index - starts[low - 1]!;
  if (within >= piece.text.length) return piece.to + within - piece.text.length;
  return piece.from + Math.floor((within * (piece.to - piece.from)) / piece.text.length);
}
