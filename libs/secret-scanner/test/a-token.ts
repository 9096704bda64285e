import { crc32Base62 } from '../src/checksums/crc32-base62.ts';

const ALPHABETS = {
  base62: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
  base64url: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
  base64: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  base58: '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz',
  hex: '0123456789abcdef',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  digits: '0123456789',
} as const;

export type Alphabet = keyof typeof ALPHABETS;

/** `length` characters of an alphabet, the same for the same seed: nothing in the repository looks like a token. */
export function aBody(length: number, alphabet: Alphabet = 'base62', seed = 1): string {
  const characters = ALPHABETS[alphabet];
  let state = (seed * 2654435761) >>> 0 || 1;
  let body = '';
  for (let i = 0; i < length; i += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    body += characters[(state >>> 7) % characters.length];
  }
  return body;
}

/** A token of a published format: prefix, then `length` characters of its alphabet. */
export function aToken(prefix: string, length: number, alphabet: Alphabet = 'base62', seed = 1): string {
  return prefix + aBody(length, alphabet, seed);
}

/** A token that ends in the CRC-32 of its body, as those of GitHub and npm do. */
export function aChecksummedToken(prefix: string, seed = 1): string {
  const payload = aBody(30, 'base62', seed);
  return prefix + payload + crc32Base62(payload);
}
