import type { JsonObject, JsonValue } from './json-value.ts';
import { numberRoundTrips } from './number-round-trips.ts';

export type StrictJsonProblem =
  | 'invalid_utf8'
  | 'not_json'
  | 'too_deep'
  | 'duplicate_key'
  | 'prototype_key'
  | 'lone_surrogate'
  | 'number_not_exact';

export type StrictJson =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: StrictJsonProblem };

export const MAX_JSON_DEPTH = 100;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses JSON text (RFC 8259) once and for all, and freezes the value (threat T14). Refuses what two readers
 * could understand differently: invalid UTF-8, duplicate keys, `__proto__` keys, lone surrogates, numbers that a
 * double does not hold exactly, and nesting beyond 100 levels. Never throws.
 *
 * The native parser does the work; one pass over the text finds the depth, the numbers and how many members
 * were written, and one over the value finds how many arrived (fewer means that a key stood twice) and freezes it.
 */
export function parseStrictJson(source: Uint8Array | string): StrictJson {
  let text: string;
  try {
    text = typeof source === 'string' ? source : utf8.decode(source);
  } catch {
    return { ok: false, problem: 'invalid_utf8' };
  }
  const outline = outlineOf(text);
  if (typeof outline === 'string') return { ok: false, problem: outline };
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return { ok: false, problem: 'not_json' };
  }
  const tally: Tally = { members: 0, problem: undefined, surrogatesPossible: outline.surrogatesPossible };
  settle(value, tally);
  if (tally.problem !== undefined) return { ok: false, problem: tally.problem };
  if (tally.members !== outline.members) return { ok: false, problem: 'duplicate_key' };
  return { ok: true, value };
}

interface Outline {
  readonly members: number;
  readonly surrogatesPossible: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function outlineOf(text: string): Outline | StrictJsonProblem {
  let depth = 0;
  let members = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      i = endOfString(text, i);
      if (i < 0) return 'not_json';
    } else if (c === 0x3a) {
      members += 1;
    } else if (c === 0x7b || c === 0x5b) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) return 'too_deep';
    } else if (c === 0x7d || c === 0x5d) {
      depth -= 1;
    } else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) {
      const end = endOfNumber(text, i);
      if (!numberRoundTrips(text.slice(i, end))) return 'number_not_exact';
      i = end - 1;
    }
  }
  // A string that came from bytes holds no lone surrogate unless an escape wrote it.
  return { members, surrogatesPossible: text.includes('\\u') || !text.isWellFormed() };
}

/** The index of the closing quote of the string that opens at `start`, or -1. */
function endOfString(text: string, start: number): number {
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return -1;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end += 1) {
    const c = text.charCodeAt(end);
    const numeric =
      (c >= 0x30 && c <= 0x39) || c === 0x2e || c === 0x2b || c === 0x2d || c === 0x65 || c === 0x45;
    if (!numeric) break;
  }
  return end;
}

interface Tally {
  members: number;
  problem: StrictJsonProblem | undefined;
  readonly surrogatesPossible: boolean;
}

/** Counts the members, looks for what no reader may see, and freezes, all the way down. */
function settle(value: JsonValue, tally: Tally): void {
  if (typeof value === 'string') {
    if (tally.surrogatesPossible && !value.isWellFormed()) tally.problem ??= 'lone_surrogate';
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) settle(item, tally);
  } else {
    const object = value as JsonObject;
    const keys = Object.keys(object);
    tally.members += keys.length;
    for (const key of keys) {
      if (key === '__proto__') tally.problem ??= 'prototype_key';
      if (tally.surrogatesPossible && !key.isWellFormed()) tally.problem ??= 'lone_surrogate';
      settle(object[key]!, tally);
    }
  }
  Object.freeze(value);
}
