import type { JsonValue } from '@gatehouse/kernel';

/** Object identifiers of PostgreSQL's own types (`pg_type.dat`). */
const BOOLEAN = 16;
const SMALL_NUMBERS = new Set([21, 23, 26, 700, 701]);
const JSON_TYPES = new Set([114, 3802]);

/**
 * A value as JSON. What a double holds exactly, or is one, is a number; a bigint or numeric stays text, so that no
 * digit is lost; so does everything else, as PostgreSQL writes it.
 */
export function readValue(text: string | null, typeId: number): JsonValue {
  if (text === null) return null;
  if (typeId === BOOLEAN) return text === 't';
  if (SMALL_NUMBERS.has(typeId)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : text;
  }
  if (JSON_TYPES.has(typeId)) return JSON.parse(text) as JsonValue;
  return text;
}
