import type { Disguise } from './layer.ts';
import { ReplacedText } from './replaced-text.ts';

/** How much of its surroundings a replaced part is read with. */
const BEFORE = 256;
const AFTER = 768;

/** Reads what stands at an index of a text, and says what it stands for. */
export interface PartReader {
  /** Which units a replaced part can begin with: one place for each ASCII code. Others are asked about by `beyond`. */
  readonly starts: Uint8Array;
  /** Whether a unit beyond ASCII can begin one. */
  readonly beyond: ((unit: number) => boolean) | null;
  /**
   * Puts what the part at `at` stands for, and returns the index after the part; `at` where there is none. Units that
   * it passes over without replacing them it puts as they are.
   */
  read(text: string, at: number, into: ReplacedText): number;
}

/**
 * Replaces parts of a text in one pass, and gives the text around them: a secret that none of them is near is not
 * hidden by them.
 */
export function* replacing(encoding: string, text: string, reader: PartReader): Generator<Disguise> {
  const { length } = text;
  let window: ReplacedText | undefined;
  /** Up to here the window holds the text. */
  let copied = 0;
  for (let at = nextPart(text, 0, length, reader); at < length; at = nextPart(text, copied, length, reader)) {
    if (window !== undefined && at - copied > BEFORE + AFTER) {
      window.copy(text, copied, copied + AFTER);
      if (window.replaced) yield disguiseOf(encoding, text, window, copied + AFTER, reader);
      window = undefined;
    }
    if (window === undefined) {
      copied = Math.max(0, at - BEFORE);
      window = new ReplacedText(copied, {
        capacity: Math.min(length - copied, BEFORE + AFTER),
        traced: false,
      });
    }
    window.copy(text, copied, at);
    copied = readPart(text, at, window, reader);
  }
  if (window === undefined || !window.replaced) return;
  const end = Math.min(length, copied + AFTER);
  window.copy(text, copied, end);
  yield disguiseOf(encoding, text, window, end, reader);
}

function nextPart(text: string, from: number, to: number, { starts, beyond }: PartReader): number {
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 128 ? starts[unit] === 1 : beyond?.(unit) === true) return at;
  }
  return to;
}

function readPart(text: string, at: number, into: ReplacedText, reader: PartReader): number {
  const after = reader.read(text, at, into);
  if (after > at) return after;
  into.put(text.charCodeAt(at));
  return at + 1;
}

/** Most windows hold no secret, and nobody asks where their units came from: it is found out when somebody does. */
function disguiseOf(
  encoding: string,
  text: string,
  window: ReplacedText,
  end: number,
  reader: PartReader,
): Disguise {
  let traced: ReplacedText | undefined;
  return {
    encoding,
    text: window.text(),
    origin(index) {
      traced ??= tracedWindow(text, window.start, end, reader);
      return traced.originOf(index);
    },
    whole: false,
  };
}

function tracedWindow(text: string, start: number, end: number, reader: PartReader): ReplacedText {
  const window = new ReplacedText(start, { capacity: end - start, traced: true });
  let copied = start;
  for (let at = nextPart(text, start, end, reader); at < end; at = nextPart(text, copied, end, reader)) {
    window.copy(text, copied, at);
    copied = readPart(text, at, window, reader);
  }
  return window;
}
