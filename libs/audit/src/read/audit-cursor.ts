/**
 * How far a reader has come in each chain: the last seal that it has seen. A chain that is not in it was not there
 * yet. Rows of one seal become visible together and seals of a chain in order, so no late commit is ever skipped.
 */
export type AuditCursor = ReadonlyMap<string, bigint>;

const CHAINS = 500;
const CHAIN = /^[0-9a-f-]{36}$/;
const SEQUENCE = /^[1-9][0-9]{0,17}$/;
const MAX_CHARACTERS = 12_000;
/** `chain:seq` pairs, base 36. */
const PACKED = /^[0-9a-f-]{36}\.[1-9a-z][0-9a-z]{0,11}(?:~[0-9a-f-]{36}\.[1-9a-z][0-9a-z]{0,11})*$/;

/** One line of URL-safe ASCII; a cursor before everything is `-`. */
export function cursorText(cursor: AuditCursor): string {
  if (cursor.size === 0) return '-';
  return [...cursor].map(([chain, seq]) => `${chain}.${seq.toString(36)}`).join('~');
}

/** Null for what `cursorText` never wrote. */
export function readCursor(text: string): AuditCursor | null {
  if (text === '-') return new Map();
  if (text.length > MAX_CHARACTERS || !PACKED.test(text)) return null;
  const cursor = new Map<string, bigint>();
  for (const pair of text.split('~')) {
    const chain = pair.slice(0, 36);
    const seq = fromBase36(pair.slice(37));
    if (!CHAIN.test(chain) || !SEQUENCE.test(seq.toString()) || cursor.has(chain)) return null;
    cursor.set(chain, seq);
  }
  return cursor.size > CHAINS ? null : cursor;
}

function fromBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
