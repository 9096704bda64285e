import { secretsError } from '../secrets-error.ts';

export const SHORTEST_BYTES = 12;
const LEAST_BITS = 48;
const LONGEST_BYTES = 32 * 1024;

/**
 * Whether a value can be recognised again without being mistaken for ordinary text: 12 bytes and 48 bits at least.
 * @throws AppError `SECRETS_VALUE_REFUSED` for what no environment variable can hold
 */
export function isRecognisable(value: Buffer): boolean {
  if (value.length === 0) throw secretsError('SECRETS_VALUE_REFUSED', 'the value is empty');
  if (value.length > LONGEST_BYTES) {
    throw secretsError('SECRETS_VALUE_REFUSED', 'the value is longer than 32 KiB');
  }
  if (value.includes(0) || !Buffer.from(value.toString('utf8')).equals(value)) {
    throw secretsError('SECRETS_VALUE_REFUSED', 'the value is not text: encode it, in base64 for example');
  }
  return value.length >= SHORTEST_BYTES && estimatedBits(value) >= LEAST_BITS;
}

/** Shannon's estimate from the value's own bytes: never too high for a random value of this length. */
function estimatedBits(value: Buffer): number {
  const counts = new Map<number, number>();
  for (const byte of value) counts.set(byte, (counts.get(byte) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / value.length);
  return bits;
}
