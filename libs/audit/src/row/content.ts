import { hash, randomFillSync } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@gatehouse/kernel';
import { hmacSha256 } from './hmac-sha256.ts';

/** Recorded input and output are this long at most, as canonical UTF-8 text. */
export const CONTENT_BYTES = 16 * 1024;
const HEAD_BYTES = 8 * 1024;

/**
 * Canonical text of recorded content: whole up to 16 KiB, beyond that `{bytes, cut: true, head, sha256}` with the
 * length and hash of the whole (redacted) text and its first 8 KiB.
 */
export function boundedContent(value: JsonValue): string {
  const text = canonicalJson(value);
  if (text.length <= CONTENT_BYTES / 3) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= CONTENT_BYTES) return text;
  return canonicalJson({
    bytes,
    cut: true,
    head: firstBytes(text, HEAD_BYTES),
    sha256: hash('sha256', text),
  });
}

/** The longest prefix of whole characters that takes at most `limit` bytes of UTF-8. */
export function firstBytes(text: string, limit: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(limit));
  return text.slice(0, read);
}

/**
 * HMAC-SHA-256 of a row's content under its own salt, in hex. The seal covers this and not the content, so that
 * the content can be erased and the seal stays valid (threat T9). `content` is the canonical text of the content
 * object without its salt; the key is the salt's 32 bytes.
 */
export function commitmentTo(content: string, salt: Buffer): string {
  return hmacSha256(salt, content);
}

const SALT_BYTES = 32;
const pool = Buffer.alloc(SALT_BYTES * 128);
let used = pool.length;

/** 32 fresh random bytes, good until the next call; drawn in blocks because the generator's cost is by the call. */
export function newSalt(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += SALT_BYTES;
  return pool.subarray(used - SALT_BYTES, used);
}
