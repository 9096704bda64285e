import type { TextRedaction } from '../finding.ts';
import { marker, redactSpans } from '../value/redact-spans.ts';
import type { LocatedMatch } from '../value/value-scan.ts';

/** What may still belong to a match that has begun: no rule but those of whole key files matches more. */
export const HELD_BACK = 16 * 1024;
/** A longer match, such as a private key, is waited for up to this length. */
export const LONGEST_MATCH = 160 * 1024;
/** What stands before a match can decide whether it is one: its name, a letter right before it. */
const CONTEXT = 1024;
/** Where the context was cut, a word can look like another. */
const BLURRED = 128;

type Look = (text: string) => {
  readonly located: readonly Pick<LocatedMatch, 'rule' | 'start' | 'end'>[];
  readonly unjudged: ReadonlySet<number>;
};

/**
 * Redacts a text that comes in pieces. What is given out has been looked at with all that a plain credential around
 * it could be made of, so the pieces make no difference; memory is bounded by `LONGEST_MATCH`. What an encoding
 * hides is found where the encoded text is no longer than what is held back.
 */
export class RedactionStream implements TextRedaction {
  readonly #look: Look;
  /** Given out already: the end of it, as it was. */
  #context = '';
  #pending: string[] = [];
  #length = 0;
  /** How much has to be pending before it is worth another look. */
  #enough = 2 * HELD_BACK;

  constructor(look: Look) {
    this.#look = look;
  }

  push(piece: string): string {
    this.#pending.push(piece);
    this.#length += piece.length;
    return this.#length < this.#enough ? '' : this.#give(false);
  }

  end(): string {
    return this.#give(true);
  }

  #give(last: boolean): string {
    const text = this.#pending.join('');
    const from = this.#context.length;
    const whole = this.#context + text;
    const { located, unjudged } = this.#look(whole);
    const matches = located.filter(
      ({ start, end }) => end > from && (start >= BLURRED || from < CONTEXT || start >= from),
    );
    const to = last ? whole.length : cutOf(whole, from, matches);
    const given = matches
      .filter(({ start }) => start < to)
      .map((match) => ({ ...match, start: Math.max(match.start, from), end: Math.min(match.end, to) }));
    const redacted =
      unjudged.size > 0
        ? to > from
          ? marker('not-judged')
          : ''
        : redactSpans(whole.slice(0, to), given).slice(from);
    this.#context = whole.slice(Math.max(0, to - CONTEXT), to);
    const rest = whole.slice(to);
    this.#pending = [rest];
    this.#length = rest.length;
    this.#enough = Math.max(2 * HELD_BACK, 2 * rest.length);
    return redacted;
  }
}

/** Where to stop giving out: before what could still grow, and inside no match. */
function cutOf(whole: string, from: number, matches: readonly { start: number; end: number }[]): number {
  let to = Math.max(from, whole.length - HELD_BACK);
  for (const { start, end } of matches.toReversed()) {
    if (start < to && end > to) to = start > from || whole.length - from < LONGEST_MATCH ? start : end;
  }
  to = Math.max(from, to);
  const isPair = (whole.codePointAt(to - 1) ?? 0) > 0xffff;
  return isPair && to > from ? to - 1 : to;
}
