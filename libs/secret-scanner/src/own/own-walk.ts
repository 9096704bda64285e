import { type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '@gatehouse/kernel';
import type { Finding } from '../finding.ts';
import { HiddenBudget } from '../hidden/hidden-search.ts';
import { pathOf } from '../path.ts';
import { marker } from '../value/redact-spans.ts';
import { numberText } from './number-text.ts';
import { ownRule } from './own-rule.ts';
import { disjoint, type OwnMatch, type OwnSearch } from './own-search.ts';
import { findSplitOwn } from './split-own.ts';

type Segments = readonly (string | number)[];

const NOT_JUDGED = marker('not-judged');
const NONE: readonly OwnMatch[] = [];

/** Rebuilds of a value only what changes, and notes what it found. */
export class OwnWalk {
  readonly findings: Finding[] = [];
  readonly #search: OwnSearch;
  readonly #budget: HiddenBudget | undefined;

  constructor(search: OwnSearch, depths: 'plain' | 'hidden') {
    this.#search = search;
    this.#budget = depths === 'hidden' ? new HiddenBudget() : undefined;
  }

  /** `split`: of a text, what stands in it of secrets that go on in its neighbours. */
  value(value: JsonValue, segments: Segments, split: readonly OwnMatch[] = NONE): JsonValue {
    if (typeof value === 'string') return this.#text(value, segments, { isKey: false, split });
    if (typeof value === 'number') return this.#number(value, segments);
    if (typeof value !== 'object' || value === null || segments.length >= MAX_JSON_DEPTH) return value;
    return Array.isArray(value) ? this.#array(value, segments) : this.#object(value as JsonObject, segments);
  }

  #array(items: readonly JsonValue[], segments: Segments): JsonValue {
    let changed: JsonValue[] | undefined;
    const split = this.#splitOver(items);
    for (const [index, item] of items.entries()) {
      const shown = this.value(item, [...segments, index], split(item));
      if (shown === item) continue;
      changed ??= [...items];
      changed[index] = shown;
    }
    return changed ?? (items as JsonValue[]);
  }

  #object(members: JsonObject, segments: Segments): JsonValue {
    let isChanged = false;
    const entries: [string, JsonValue][] = [];
    const taken = new Set<string>();
    const split = this.#splitOver(Object.values(members) as JsonValue[]);
    for (const [key, member] of Object.entries(members) as [string, JsonValue][]) {
      let name = this.#text(key, segments, { isKey: true, split: NONE });
      const shown = this.value(member, [...segments, name], split(member));
      while (taken.has(name)) name += '~';
      taken.add(name);
      isChanged ||= name !== key || shown !== member;
      entries.push([name, shown]);
    }
    return isChanged ? Object.fromEntries(entries) : members;
  }

  /** To be asked for each neighbour once, in their order. */
  #splitOver(neighbours: readonly JsonValue[]): (value: JsonValue) => readonly OwnMatch[] {
    const texts = neighbours.filter((value) => typeof value === 'string');
    const found = findSplitOwn(texts, this.#search.find, this.#search.longest);
    let index = -1;
    return (value) => {
      if (typeof value !== 'string') return NONE;
      index += 1;
      return found.get(index) ?? NONE;
    };
  }

  #number(value: number, segments: Segments): JsonValue {
    const text = numberText(value);
    if (text === undefined) return value;
    const matches = this.#search.find(text);
    return matches.length === 0 ? value : this.#text(text, segments, { isKey: false, split: NONE });
  }

  #text(
    text: string,
    segments: Segments,
    { isKey, split }: { readonly isKey: boolean; readonly split: readonly OwnMatch[] },
  ): string {
    const unread = this.#budget?.unread;
    const whole = this.#search.in(text, this.#budget);
    const matches = split.length === 0 ? whole : disjoint([...whole, ...split]);
    // What hides more than could be read is replaced whole.
    const isRead = this.#budget?.unread === unread;
    if (isRead && matches.length === 0) return text;
    let shown = '';
    let from = 0;
    for (const { start, end, name } of matches) {
      shown += text.slice(from, start) + marker(name);
      from = end;
    }
    shown = isRead ? shown + text.slice(from) : NOT_JUDGED;
    const place = isKey ? [...segments, shown] : segments;
    for (const { start, end, name, encoding } of matches) {
      this.findings.push({
        rule: ownRule(name),
        path: pathOf(place, isKey),
        segments: place,
        encoding,
        length: end - start,
        start,
        end,
        confidence: 'high',
      });
    }
    return shown;
  }
}
