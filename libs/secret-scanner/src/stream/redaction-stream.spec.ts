import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBody, aChecksummedToken, aToken } from '../../test/a-token.ts';
import { sampleOf, seeded } from '../../test/sample-of.ts';
import { createScanner } from '../create-scanner.ts';
import { allRules } from '../rules/all-rules.ts';
import { HELD_BACK, LONGEST_MATCH } from './redaction-stream.ts';

const scanner = createScanner();

function inPieces(text: string, sizes: readonly number[]): string {
  const stream = scanner.redactStream();
  let given = '';
  for (let at = 0, i = 0; at < text.length; i += 1) {
    const size = sizes[i % sizes.length]!;
    given += stream.push(text.slice(at, at + size));
    at += size;
  }
  return given + stream.end();
}

const filler = fc.constantFrom(
  'line of a log\n',
  'id=17 ',
  '{"a": [1, 2]}\n',
  '\u{1f512} ',
  'x'.repeat(2000),
);
const secret = fc
  .integer({ min: 1, max: 5000 })
  .chain((seed) =>
    fc.constantFrom(
      aChecksummedToken('ghp_', seed),
      aToken('sk_live_', 24, 'base62', seed),
      `postgres://app:${aBody(12, 'base62', seed)}@db/x `,
      `client_secret = "${aBody(32, 'base62', seed)}"\n`,
      `eyJhbGciOiJIUzI1NiJ9.eyJ${aBody(6000, 'base64url', seed)}.${aBody(43, 'base64url', seed)}`,
      `-----BEGIN PRIVATE KEY-----\n${aBody(30_000, 'base64', seed)}\n-----END PRIVATE KEY-----\n`,
    ),
  );
const text = fc
  .array(fc.oneof({ weight: 12, arbitrary: filler }, { weight: 3, arbitrary: secret }), {
    minLength: 20,
    maxLength: 60,
  })
  .map((parts) => parts.join(' '));

describe('a text that comes in pieces', () => {
  it('is redacted as a whole one, whatever the pieces', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 8 }),
        (whole, sizes) => {
          expect(inPieces(whole, sizes)).toBe(scanner.redactText(whole).text);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is redacted one character at a time as well', () => {
    const whole = `${'a line\n'.repeat(9000)}${aChecksummedToken('ghp_')} and ${'a line\n'.repeat(9000)}`;
    expect(inPieces(whole, [1])).toBe(scanner.redactText(whole).text);
  });

  it('finds what stands across any border', () => {
    const token = aChecksummedToken('ghp_');
    for (let before = 2 * HELD_BACK - 45; before < 2 * HELD_BACK + 5; before += 1) {
      const whole = `${'-'.repeat(before - 1)} ${token} ${'-'.repeat(3 * HELD_BACK)}`;
      expect(inPieces(whole, [HELD_BACK])).not.toContain(token.slice(8, 20));
    }
  });

  it('holds back as much as the longest rule may match, and waits for whole key files', () => {
    for (const rule of allRules) {
      const longest = sampleOf(rule.pattern, seeded(3), 'longest').length;
      const wholeFile = ['private-key', 'pgp-private-key', 'pkcs12-key-store'].includes(rule.id);
      expect(longest, rule.id).toBeLessThanOrEqual(wholeFile ? LONGEST_MATCH : HELD_BACK);
    }
  });

  it('keeps no more than a bounded part, and gives out the rest as it goes', () => {
    const stream = scanner.redactStream();
    let given = 0;
    let taken = 0;
    for (let i = 0; i < 400; i += 1) {
      const piece = 'an ordinary line of a log file\n'.repeat(33);
      taken += piece.length;
      given += stream.push(piece).length;
      expect(taken - given).toBeLessThan(2 * HELD_BACK + piece.length);
    }
    const endless = scanner.redactStream();
    let out = '';
    for (let i = 0; i < 400; i += 1) out += endless.push(aBody(1024, 'base64', 7));
    expect(out.length + endless.end().length).toBeGreaterThan(0);
  });
});
