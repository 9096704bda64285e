import { type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '@gatehouse/kernel';
import { HiddenBudget, type HiddenSearch } from '../hidden/hidden-search.ts';
import { findSplit, type Neighbour } from '../hidden/split.ts';
import type { Matches, RuleMatcher } from '../match/rule-matcher.ts';
import { mergeOverlaps, type TextMatch } from '../match/text-match.ts';
import { pathOf } from '../path.ts';
import type { SecretRule } from '../rule.ts';
import { redactSpans } from './redact-spans.ts';

/** A match with its place. `ordinal` counts the keys and strings of the value in the order of the walk. */
export interface LocatedMatch extends TextMatch {
  readonly ordinal: number;
  readonly path: string;
  readonly segments: readonly (string | number)[];
  readonly encoding: string;
}

const NONE: ReadonlySet<number> = new Set();
const NO_CONTEXT: readonly SecretRule[] = [];
/** What a longer value of a named member could hold is found by its own text. */
const MAX_NAMED_VALUE = 8192;
/** The shortest keyword. */
const SHORTEST = 3;
const NAME_MEMBERS = ['name', 'key', 'field', 'header', 'variable'] as const;
const VALUE_MEMBERS = new Set(['value', 'content', 'default']);

/** One walk over a value: every key and every string, with the names that a value stands under. */
export class ValueScan {
  readonly located: LocatedMatch[] = [];
  #unjudged: Set<number> | undefined;
  #exhausted = false;
  readonly #matcher: RuleMatcher;
  readonly #hidden: HiddenSearch;
  readonly #budget = new HiddenBudget();
  readonly #segments: (string | number)[] = [];
  #ordinal = 0;

  constructor(matcher: RuleMatcher, hidden: HiddenSearch) {
    this.#matcher = matcher;
    this.#hidden = hidden;
  }

  /** The keys and strings, by ordinal, of which something stayed unread. */
  get unjudged(): ReadonlySet<number> {
    return this.#unjudged ?? NONE;
  }

  /** The value is too deep, or holds too much to be judged whole. */
  get exhausted(): boolean {
    return this.#exhausted || this.#unjudged !== undefined;
  }

  visit(value: JsonValue): this {
    this.#visit(value, '', NO_CONTEXT, 0);
    return this;
  }

  #visit(value: JsonValue, name: string, contexts: readonly SecretRule[], depth: number): void {
    if (typeof value === 'string') {
      this.#visitText(value, name, contexts);
    } else if (typeof value === 'object' && value !== null) {
      if (depth >= MAX_JSON_DEPTH) this.#exhausted = true;
      else if (Array.isArray(value))
        this.#visitArray(value as readonly JsonValue[], name, contexts, depth + 1);
      else this.#visitObject(value as JsonObject, depth + 1);
    }
  }

  #visitObject(value: JsonObject, depth: number): void {
    const neighbours: Neighbour[] = [];
    const paired = this.#pairedName(value);
    for (const key of Object.keys(value)) {
      const { found, contexts, backwards, exhausted } = this.#match(key);
      const ordinal = this.#ordinal;
      this.#ordinal += 1;
      if (exhausted) this.#leaveUnjudged(ordinal);
      let shown = key;
      const hidden = this.#findHidden(key, backwards, ordinal);
      if (found.length > 0 || hidden.length > 0) {
        const matches = mergeOverlaps([...found, ...hidden]);
        shown = redactSpans(key, matches);
        this.#segments.push(shown);
        for (const match of matches) this.#locate(match, ordinal, true);
        this.#segments.pop();
      }
      this.#segments.push(shown);
      const child = value[key]!;
      if (typeof child === 'string') neighbours.push({ ordinal: this.#ordinal, segment: shown, text: child });
      if (paired !== undefined && VALUE_MEMBERS.has(key)) {
        this.#visit(child, paired.name, paired.contexts, depth);
      } else {
        this.#visit(child, key, contexts, depth);
      }
      this.#segments.pop();
    }
    this.#visitNeighbours(neighbours);
  }

  /** A credential that is whole in one of the neighbours is not looked for across them. */
  #visitNeighbours(neighbours: readonly Neighbour[]): void {
    if (neighbours.length < 2) return;
    const known = this.#locatedFrom(neighbours[0]!.ordinal);
    for (const match of findSplit(this.#matcher, neighbours, known)) {
      this.#segments.push(match.neighbour.segment);
      this.#locate(match, match.neighbour.ordinal, false);
      this.#segments.pop();
    }
  }

  /** The ordinals, from this one on, of what something was found in. */
  #locatedFrom(ordinal: number): ReadonlySet<number> {
    const last = this.located.length - 1;
    if (last < 0 || this.located[last]!.ordinal < ordinal) return NONE;
    const known = new Set<number>();
    for (let i = last; i >= 0 && this.located[i]!.ordinal >= ordinal; i -= 1)
      known.add(this.located[i]!.ordinal);
    return known;
  }

  /** Items stand under the array's own name, or, as in an argument list, under the short text before them. */
  #visitArray(
    value: readonly JsonValue[],
    name: string,
    contexts: readonly SecretRule[],
    depth: number,
  ): void {
    const neighbours: Neighbour[] = [];
    let itemName = name;
    let itemContexts = contexts;
    for (let i = 0; i < value.length; i += 1) {
      const item = value[i]!;
      this.#segments.push(i);
      if (typeof item === 'string') {
        neighbours.push({ ordinal: this.#ordinal, segment: i, text: item });
        const own = this.#visitText(item, itemName, itemContexts);
        itemName = own.length > 0 ? item : name;
        itemContexts = own.length > 0 ? own : contexts;
      } else {
        this.#visit(item, name, contexts, depth);
        itemName = name;
        itemContexts = contexts;
      }
      this.#segments.pop();
    }
    this.#visitNeighbours(neighbours);
  }

  /** `{"name": "API_TOKEN", "value": "…"}`: the name of the value is the value of the name. */
  #pairedName(value: JsonObject): { name: string; contexts: readonly SecretRule[] } | undefined {
    for (const member of NAME_MEMBERS) {
      const name = Object.hasOwn(value, member) ? value[member] : undefined;
      if (typeof name !== 'string') continue;
      const { contexts } = this.#match(name);
      if (contexts.length > 0) return { name, contexts };
    }
    return undefined;
  }

  /** Returns the contexts that the text, as a name, would give to what follows it. */
  #visitText(text: string, name: string, contexts: readonly SecretRule[]): readonly SecretRule[] {
    const ordinal = this.#ordinal;
    this.#ordinal += 1;
    if (text.length < SHORTEST) return NO_CONTEXT;
    const own = this.#match(text);
    if (own.exhausted) this.#leaveUnjudged(ordinal);
    const found =
      contexts.length > 0 && text.length <= MAX_NAMED_VALUE
        ? [...own.found, ...this.#namedMatches(name, text)]
        : own.found;
    const hidden = this.#findHidden(text, own.backwards, ordinal);
    const all = hidden.length > 0 ? [...found, ...hidden] : found;
    for (const match of mergeOverlaps(all)) this.#locate(match, ordinal, false);
    return own.contexts;
  }

  #leaveUnjudged(ordinal: number): void {
    this.#unjudged ??= new Set();
    this.#unjudged.add(ordinal);
  }

  #match(text: string): Matches {
    const matches = this.#matcher.match(text);
    if (matches.exhausted) this.#exhausted = true;
    return matches;
  }

  #findHidden(text: string, backwards: readonly number[], ordinal: number): readonly TextMatch[] {
    this.#budget.allow(text.length);
    const { unread } = this.#budget;
    const found = this.#hidden.find(text, backwards, this.#budget);
    if (this.#budget.unread > unread) this.#leaveUnjudged(ordinal);
    return found;
  }

  /** Reads a member as the text `name="value"`; quotes of the value are hidden so that it is read whole. */
  #namedMatches(name: string, value: string): TextMatch[] {
    const offset = name.length + 2;
    const { found } = this.#match(`${name}="${value.replaceAll(/["'`]/g, '·')}"`);
    const matches: TextMatch[] = [];
    for (const match of found) {
      const start = match.start - offset;
      const end = match.end - offset;
      if (start < 0 || match.rule.context !== true) continue;
      matches.push({ ...match, start, end, secret: value.slice(start, end) });
    }
    return matches;
  }

  #locate(match: TextMatch, ordinal: number, ofKey: boolean): void {
    this.located.push({
      ...match,
      ordinal,
      path: pathOf(this.#segments, ofKey),
      segments: [...this.#segments],
      encoding: match.encoding ?? 'plain',
    });
  }
}
