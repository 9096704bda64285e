import { isJsonObject, type JsonObject, type JsonValue, MAX_JSON_DEPTH } from '@gatehouse/kernel';

const REPLACEMENT = '\ufffd';

/** Text that PostgreSQL takes: U+0000 and lone surrogates become U+FFFD. */
export function cleanText(text: string): string {
  if (isClean(text)) return text;
  return text.toWellFormed().replaceAll('\u0000', REPLACEMENT);
}

export interface CleanJson {
  readonly value: JsonValue;
  /** Whether anything had to be replaced: the row then says `lossy`. */
  readonly lossy: boolean;
}

/**
 * A JSON value that PostgreSQL and RFC 8785 both take. Two keys that cleaning makes equal are kept apart by a `~`
 * behind the second; what lies deeper than 100 levels is left out.
 */
export function cleanJson(value: JsonValue): CleanJson {
  if (isCleanJson(value, 0)) return { value, lossy: false };
  return { value: cleaned(value, 0), lossy: true };
}

function isClean(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

function isCleanJson(value: JsonValue, depth: number): boolean {
  if (typeof value === 'string') return isClean(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item: JsonValue) => isCleanJson(item, depth + 1));
  for (const [key, child] of Object.entries(value as JsonObject)) {
    if (!isClean(key) || !isCleanJson(child, depth + 1)) return false;
  }
  return true;
}

function cleaned(value: JsonValue, depth: number): JsonValue {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_JSON_DEPTH) return '[deeper than 100 levels]';
  if (!isJsonObject(value)) return value.map((item) => cleaned(item, depth + 1));
  const members = new Map<string, JsonValue>();
  for (const [key, child] of Object.entries(value)) {
    let name = cleanText(key);
    while (members.has(name)) name += '~';
    members.set(name, cleaned(child, depth + 1));
  }
  return Object.fromEntries(members);
}
