import type { Matches } from '../match/rule-matcher.ts';
import type { TextMatch } from '../match/text-match.ts';
import { base64Layer } from './base64.ts';
import { compressedLayer } from './compressed.ts';
import { escapesLayer } from './escapes.ts';
import { hexLayer } from './hex.ts';
import { invisibleLayer } from './invisible.ts';
import type { Disguise, Layer } from './layer.ts';
import { lookAlikeLayer } from './look-alike.ts';
import { percentLayer } from './percent.ts';
import { reversedDisguises } from './reversed.ts';
import { traitsOf } from './traits-of.ts';

const LAYERS: readonly Layer[] = [
  base64Layer,
  hexLayer,
  percentLayer,
  escapesLayer,
  compressedLayer,
  invisibleLayer,
  lookAlikeLayer,
];

/** A secret in a secret in a secret: deeper ones are not looked for. */
const MAX_LAYERS = 3;
/** No rule finds anything in less. */
const SHORTEST = 16;
const NONE: readonly TextMatch[] = [];
/** Hidden characters that one value may have, whatever its size, and how many more for each of its own. */
const BASE_BUDGET = 512 * 1024;

/** How much hidden text may still be read. One for each value that is scanned. */
export class HiddenBudget {
  #left = BASE_BUDGET;
  /** How often something stayed unread. */
  unread = 0;

  /** Whether `characters` more may be read; remembers when not. */
  take(characters: number): boolean {
    this.#left -= characters;
    if (this.#left < 0) this.unread += 1;
    return this.#left >= 0;
  }

  /** Each character of the value itself allows for four hidden ones. */
  allow(characters: number): void {
    this.#left += characters * 4;
  }
}

/** Finds something in a text that is not hidden. */
export interface TextMatcher {
  match(text: string): Matches;
}

/** Looks for what texts hide. */
export class HiddenSearch {
  readonly #matcher: TextMatcher;
  readonly #also: ((text: string) => readonly TextMatch[]) | undefined;

  /** `also`: what else to look for in hidden texts. */
  constructor(matcher: TextMatcher, also?: (text: string) => readonly TextMatch[]) {
    this.#matcher = matcher;
    this.#also = also;
  }

  /**
   * Matches in what `text` hides, three layers deep, at the place in `text` that hides them. `backwards`: where
   * keywords end that stand in it backwards.
   */
  find(
    text: string,
    backwards: readonly number[],
    budget: HiddenBudget,
    layers = MAX_LAYERS,
  ): readonly TextMatch[] {
    if (text.length < SHORTEST || layers === 0) return NONE;
    const traits = traitsOf(text);
    const found: TextMatch[] = [];
    for (const layer of LAYERS) {
      if (!layer.mayHold(traits)) continue;
      for (const disguise of layer.find(text)) {
        if (!this.#look(disguise, found, budget, layers)) return found;
      }
    }
    for (const disguise of reversedDisguises(text, backwards)) {
      if (!this.#look(disguise, found, budget, 1)) return found;
    }
    return found.length === 0 ? NONE : found;
  }

  /** False when the budget is spent. */
  #look(disguise: Disguise, found: TextMatch[], budget: HiddenBudget, layers: number): boolean {
    if (!budget.take(disguise.text.length)) return false;
    const inner = this.#matcher.match(disguise.text);
    if (inner.exhausted) budget.unread += 1;
    for (const match of inner.found) found.push(outward(match, disguise));
    for (const match of this.#also?.(disguise.text) ?? NONE) found.push(outward(match, disguise));
    const deeper = this.find(disguise.text, layers > 1 ? inner.backwards : [], budget, layers - 1);
    for (const match of deeper) found.push(outward(match, disguise));
    return true;
  }
}

/** The match at its place in the outer text. */
function outward(match: TextMatch, disguise: Disguise): TextMatch {
  const ends = disguise.whole
    ? [disguise.origin(0), disguise.origin(1)]
    : [disguise.origin(match.start), disguise.origin(match.end)];
  return {
    ...match,
    start: Math.min(...ends),
    end: Math.max(...ends),
    encoding: match.encoding === undefined ? disguise.encoding : `${disguise.encoding}>${match.encoding}`,
  };
}
