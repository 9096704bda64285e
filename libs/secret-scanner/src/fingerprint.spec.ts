import { describe, expect, it } from 'vitest';
import { aToken } from '../test/a-token.ts';
import { fingerprintOf } from './fingerprint.ts';

const key = Buffer.alloc(32, 1);

describe('fingerprintOf', () => {
  it('is equal for equal secrets under one key, and for nothing else', () => {
    const token = aToken('ghp_', 36);
    expect(fingerprintOf(token, key)).toMatch(/^[0-9a-f]{32}$/);
    expect(fingerprintOf(token, key)).toBe(fingerprintOf(token, key));
    expect(fingerprintOf(token, Buffer.alloc(32, 2))).not.toBe(fingerprintOf(token, key));
    expect(fingerprintOf(aToken('ghp_', 36, 'base62', 2), key)).not.toBe(fingerprintOf(token, key));
  });

  it.each([
    'hunter2',
    'Summer2026!',
    'correcthorse',
    'password1234567890',
    'abcdefghijklmnop',
    '1111222233334444',
    '',
  ])('is absent where the secret could be guessed from it: %j', (guessable) => {
    expect(fingerprintOf(guessable, key)).toBeUndefined();
  });
});
