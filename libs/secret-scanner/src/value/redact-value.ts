import { type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '@gatehouse/kernel';
import { marker, redactSpans } from './redact-spans.ts';
import type { LocatedMatch } from './value-scan.ts';

/** Whether only the credential is replaced, or the whole string that holds it. */
export type RedactionReach = 'span' | 'string';

/** A copy of `value` with the matches of one `ValueScan` over it replaced, and every string that it could not judge whole. */
export function redactValue(
  value: JsonValue,
  located: readonly LocatedMatch[],
  unjudged: ReadonlySet<number>,
  reach: RedactionReach,
): JsonValue {
  const byOrdinal = new Map<number, LocatedMatch[]>();
  for (const match of located) {
    const sharing = byOrdinal.get(match.ordinal);
    if (sharing === undefined) byOrdinal.set(match.ordinal, [match]);
    else sharing.push(match);
  }
  return new Redaction(byOrdinal, unjudged, reach).value(value, 0);
}

class Redaction {
  readonly #matches: ReadonlyMap<number, readonly LocatedMatch[]>;
  readonly #unjudged: ReadonlySet<number>;
  readonly #reach: RedactionReach;
  /** Counts as `ValueScan` does. */
  #ordinal = 0;

  constructor(
    matches: ReadonlyMap<number, readonly LocatedMatch[]>,
    unjudged: ReadonlySet<number>,
    reach: RedactionReach,
  ) {
    this.#matches = matches;
    this.#unjudged = unjudged;
    this.#reach = reach;
  }

  value(value: JsonValue, depth: number): JsonValue {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_JSON_DEPTH) return marker('too-deep');
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.value(item, depth + 1));
    const members: [string, JsonValue][] = [];
    const taken = new Set<string>();
    for (const key of Object.keys(value)) {
      const name = uniqueName(this.#text(key), taken);
      taken.add(name);
      members.push([name, this.value((value as JsonObject)[key]!, depth + 1)]);
    }
    return Object.fromEntries(members);
  }

  #text(text: string): string {
    const matches = this.#matches.get(this.#ordinal);
    const unjudged = this.#unjudged.has(this.#ordinal);
    this.#ordinal += 1;
    if (unjudged) return marker('not-judged');
    if (matches === undefined) return text;
    return this.#reach === 'span' ? redactSpans(text, matches) : marker(matches[0]!.rule.id);
  }
}

function uniqueName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let count = 2;
  while (taken.has(`${name}~${count}`)) count += 1;
  return `${name}~${count}`;
}
