import type { JsonObject, JsonValue } from './json-value.ts';

/**
 * The canonical text of a JSON value: RFC 8785 (members sorted by UTF-16 code units, ECMAScript numbers, no
 * white space). Expects well-formed strings and finite numbers.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    let text = '[';
    for (let i = 0; i < value.length; i += 1) text += (i > 0 ? ',' : '') + canonicalJson(value[i]!);
    return `${text}]`;
  }
  return canonicalObject(value as JsonObject);
}

function canonicalObject(value: JsonObject): string {
  const keys = Object.keys(value);
  if (keys.length > 1) keys.sort();
  let text = '{';
  for (let i = 0; i < keys.length; i += 1) {
    const key = keys[i]!;
    text += `${i > 0 ? ',' : ''}${JSON.stringify(key)}:${canonicalJson(value[key]!)}`;
  }
  return `${text}}`;
}
