import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '@gatehouse/kernel';

// The text of what is no token: the prefix of its kind (`ghk_`), its id in 32 hex digits, and 64 more: 256 random bits, or
// 192 and a tag (`credential-tags.ts`). One spelling, and one pattern for scanners.
const FORM = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[0-9a-f]{64}$/;

/** The id inside a well-formed text of this prefix. */
export function opaqueId(prefix: string, text: string): string | undefined {
  if (!text.startsWith(prefix)) return undefined;
  return FORM.exec(text.slice(prefix.length))?.slice(1).join('-');
}

export function newOpaqueText(prefix: string, id: string): Secret<string> {
  return new Secret(`${prefix}${id.replaceAll('-', '')}${randomBytes(32).toString('hex')}`);
}

/** SHA-256: with 192 random bits and more there is nothing to guess, so nothing to slow down. */
export function hashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** In constant time. */
export function matchesHash(text: string, stored: Buffer): boolean {
  return timingSafeEqual(hashOf(text), stored);
}
