import { sodium } from '../sodium.ts';
import { encodedForms, SHORTEST_FORM } from './encoded-forms.ts';
import type { FindSpans, Span } from './span.ts';

/** 24 bits of rolling hash, 16 of length, 128 of keyed BLAKE2b. */
const RECORD_BYTES = 3 + 2 + 16;
const DIGEST_BYTES = 16;
/** Longer forms are known by their first bytes. */
const LONGEST_FORM = 65_535;

interface Known {
  readonly name: string;
  readonly length: number;
  readonly digest: Buffer;
}

/**
 * What the server may know of a value: for each of its forms the rolling hash of its first bytes, its length, and a
 * digest, all under a key. Made where the value is sealed, as base64url.
 */
export function fingerprintsOf(value: Buffer, key: Buffer): string {
  const multiplier = multiplierOf(key);
  const records = encodedForms(value).map((whole) => {
    const form = whole.subarray(0, LONGEST_FORM);
    const record = Buffer.alloc(RECORD_BYTES);
    record.writeUIntBE(folded(rollingHash(form, multiplier)), 0, 3);
    record.writeUInt16BE(form.length, 3);
    digestOf(form, key).copy(record, 5);
    return record;
  });
  return Buffer.concat(records).toString('base64url');
}

/**
 * Finds values by their fingerprints alone. One multiplication and one bit are looked at for each byte; only where the
 * bit is set is anything hashed.
 */
export function fingerprintSearch(
  sets: readonly { readonly name: string; readonly fingerprints: string }[],
  key: Buffer,
): FindSpans {
  const known = new Map<number, Known[]>();
  for (const { name, fingerprints } of sets) {
    const records = Buffer.from(fingerprints, 'base64url');
    for (let at = 0; at + RECORD_BYTES <= records.length; at += RECORD_BYTES) {
      const hash = records.readUIntBE(at, 3);
      const entry = {
        name,
        length: records.readUInt16BE(at + 3),
        digest: records.subarray(at + 5, at + RECORD_BYTES),
      };
      if (entry.length >= SHORTEST_FORM) known.set(hash, [...(known.get(hash) ?? []), entry]);
    }
  }
  if (known.size === 0) return () => [];
  for (const entries of known.values()) entries.sort((a, b) => b.length - a.length);
  // 16 of the 24 bits: a table that the processor keeps at hand.
  const filter = new Uint8Array(2 ** 16);
  for (const hash of known.keys()) filter[hash & 0xffff] = 1;
  const multiplier = multiplierOf(key);
  const leaving = Int32Array.from({ length: 256 }, (_none, byte) =>
    Math.imul(byte + 1, power(multiplier, SHORTEST_FORM)),
  );

  return (bytes) => {
    const spans: Span[] = [];
    if (bytes.length < SHORTEST_FORM) return spans;
    let rolling = rollingHash(bytes, multiplier);
    const last = bytes.length - SHORTEST_FORM;
    for (let at = 0; ; at += 1) {
      const hash = (rolling ^ (rolling >>> 11)) >>> 8;
      if (filter[hash & 0xffff] === 1) {
        const found = standingAt(known.get(hash), bytes, at, key);
        if (found !== undefined) spans.push({ start: at, end: at + found.length, name: found.name });
      }
      if (at >= last) return spans;
      rolling = (Math.imul(rolling, multiplier) + bytes[at + SHORTEST_FORM]! + 1 - leaving[bytes[at]!]!) | 0;
    }
  };
}

/** How long the forms of each secret are, in bytes. */
export function formLengths(
  sets: readonly { readonly name: string; readonly fingerprints: string }[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const lengths = new Map<string, Set<number>>();
  for (const { name, fingerprints } of sets) {
    const own = lengths.get(name) ?? new Set();
    lengths.set(name, own);
    const records = Buffer.from(fingerprints, 'base64url');
    for (let at = 0; at + RECORD_BYTES <= records.length; at += RECORD_BYTES)
      own.add(records.readUInt16BE(at + 3));
  }
  return lengths;
}

/** A function of its own: one written where `at` counts would make the loop allocate for every byte. */
function standingAt(
  entries: readonly Known[] | undefined,
  bytes: Buffer,
  at: number,
  key: Buffer,
): Known | undefined {
  return entries?.find((entry) => standsAt(entry, bytes, at, key));
}

function standsAt({ length, digest }: Known, bytes: Buffer, at: number, key: Buffer): boolean {
  if (at + length > bytes.length) return false;
  return digestOf(bytes.subarray(at, at + length), key).equals(digest);
}

/** Of the first `SHORTEST_FORM` bytes. */
function rollingHash(bytes: Buffer, multiplier: number): number {
  let hash = 0;
  for (let at = 0; at < SHORTEST_FORM; at += 1) hash = (Math.imul(hash, multiplier) + bytes[at]! + 1) | 0;
  return hash;
}

/** The upper 24 bits, which every byte has reached. */
function folded(rolling: number): number {
  return (rolling ^ (rolling >>> 11)) >>> 8;
}

function power(base: number, exponent: number): number {
  let result = 1;
  for (let i = 0; i < exponent; i += 1) result = Math.imul(result, base);
  return result;
}

/** Odd, so that no byte is lost, and unknown without the key. */
function multiplierOf(key: Buffer): number {
  return digestOf(Buffer.from('gatehouse rolling hash'), key).readInt32BE(0) | 1;
}

function digestOf(bytes: Buffer, key: Buffer): Buffer {
  const digest = Buffer.alloc(DIGEST_BYTES);
  sodium.crypto_generichash(digest, bytes, key);
  return digest;
}
