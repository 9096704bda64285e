import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hmacSha256 } from './hmac-sha256.ts';

it("is Node's own HMAC, for any key of up to a block and any text", () => {
  const key = fc.uint8Array({ minLength: 0, maxLength: 64 });
  fc.assert(
    fc.property(key, fc.string({ unit: 'grapheme' }), (bytes, text) => {
      expect(hmacSha256(bytes, text)).toBe(createHmac('sha256', bytes).update(text).digest('hex'));
    }),
  );
  const long = 'ä'.repeat(200_000);
  expect(hmacSha256(Buffer.alloc(32, 7), long)).toBe(
    createHmac('sha256', Buffer.alloc(32, 7)).update(long).digest('hex'),
  );
});
