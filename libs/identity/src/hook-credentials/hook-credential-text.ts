import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '@gatehouse/kernel';

// `ghk_`, the credential's id in 32 hex digits, 256 random bits in 64: one spelling, and one pattern for scanners.
const FORM = /^ghk_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})[0-9a-f]{64}$/;

export function isHookCredential(bearer: string): boolean {
  return bearer.startsWith('ghk_');
}

/** The id inside a well-formed hook credential. */
export function hookCredentialId(bearer: string): string | undefined {
  return FORM.exec(bearer)?.slice(1).join('-');
}

export function newHookCredentialText(id: string): Secret<string> {
  return new Secret(`ghk_${id.replaceAll('-', '')}${randomBytes(32).toString('hex')}`);
}

/** SHA-256: with 256 random bits there is nothing to guess, so nothing to slow down. */
export function hashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** In constant time. */
export function matchesHash(text: string, stored: Buffer): boolean {
  return timingSafeEqual(hashOf(text), stored);
}
