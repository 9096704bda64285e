import type { JsonObject, JsonValue } from './json-value.ts';

/**
 * The canonical text of a JSON value: RFC 8785 (members sorted by UTF-16 code units, ECMAScript numbers, no
 * white space). Expects well-formed strings and finite numbers.
 *
 * `JSON.stringify` writes just that once the members of every object stand in order, and it is several times faster
 * than anything written here; so the value is put in order, or copied where it is not.
 */
export function canonicalJson(value: JsonValue): string {
  const ordered = inOrder(value);
  return ordered === undefined ? written(value) : JSON.stringify(ordered);
}

/** Names that an object does not keep where they were put: integers come first, and `__proto__` is no member. */
const UNORDERED = /^(?:0|[1-9]\d{0,9}|__proto__)$/;

/** The value with all its members in order; itself where they are. Undefined when an object cannot hold them so. */
function inOrder(value: JsonValue): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? arrayInOrder(value) : objectInOrder(value as JsonObject);
}

function arrayInOrder(items: readonly JsonValue[]): JsonValue | undefined {
  let copy: JsonValue[] | undefined;
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i]!;
    const ordered = inOrder(item);
    if (ordered === undefined) return undefined;
    if (ordered !== item) copy ??= items.slice(0, i);
    copy?.push(ordered);
  }
  return copy ?? items;
}

function objectInOrder(object: JsonObject): JsonValue | undefined {
  const keys = Object.keys(object);
  let sorted = true;
  for (let i = 0; i < keys.length; i += 1) {
    if (UNORDERED.test(keys[i]!)) return undefined;
    if (i > 0 && keys[i - 1]! > keys[i]!) sorted = false;
  }
  if (!sorted) putInOrder(keys);
  let copy: Record<string, JsonValue> | undefined = sorted ? undefined : {};
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!;
    const child = object[key]!;
    const ordered = inOrder(child);
    if (ordered === undefined) return undefined;
    if (copy === undefined && ordered !== child) {
      copy = {};
      for (const earlier of keys.slice(0, i)) copy[earlier] = object[earlier]!;
    }
    if (copy !== undefined) copy[key] = ordered;
  }
  return copy ?? object;
}

const FEW = 12;

/** Most objects have a few members: putting those in order by hand takes none of the memory that `sort` works in. */
function putInOrder(keys: string[]): void {
  if (keys.length > FEW) {
    keys.sort();
    return;
  }
  for (let i = 1; i < keys.length; i += 1) {
    const key = keys[i]!;
    let at = i;
    for (; at > 0 && keys[at - 1]! > key; at -= 1) keys[at] = keys[at - 1]!;
    keys[at] = key;
  }
}

function written(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  const members = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, child]) => `${JSON.stringify(key)}:${written(child)}`).join(',')}}`;
}
