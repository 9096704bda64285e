import { createHmac } from 'node:crypto';
import { estimatedBits } from './judge/estimated-bits.ts';

/** Below this, whoever holds the key could try all values, and a fingerprint would tell the secret (threat T9). */
const MIN_BITS = 40;

/** 32 hex digits of HMAC-SHA-256 over the secret; undefined where the secret could be guessed from them. */
export function fingerprintOf(secret: string, key: Uint8Array): string | undefined {
  if (estimatedBits(secret) < MIN_BITS) return undefined;
  return createHmac('sha256', key).update('gatehouse-finding\n').update(secret).digest('hex').slice(0, 32);
}
