import type { JsonValue } from '@gatehouse/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aBody, aChecksummedToken, aToken } from '../test/a-token.ts';
import { createScanner } from './create-scanner.ts';
import { allRules } from './rules/all-rules.ts';
import { marker } from './value/redact-spans.ts';

const scanner = createScanner();

const secret = fc
  .integer({ min: 1, max: 5000 })
  .chain((seed) =>
    fc.constantFrom(
      aChecksummedToken('ghp_', seed),
      aToken('glpat-', 20, 'base64url', seed),
      aToken('AKIA', 16, 'upper', seed),
      aToken('sk_live_', 24, 'base62', seed),
      `postgres://app:${aBody(12, 'base62', seed)}@db/x`,
      `password=${aBody(10, 'base62', seed)}7a`,
    ),
  );
const fragment = fc.oneof(
  fc.string(),
  secret,
  fc.constantFrom(
    'password',
    'token=',
    '"secret": "',
    ' ',
    '\n',
    '=',
    ':',
    '"',
    "'",
    '://',
    '@',
    'Bearer ',
    '-u ',
    '[REDACTED:',
    ']',
    '~key',
  ),
);
const text = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''));
const json = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(
      fc.oneof(text, fc.constantFrom('password', 'api_key', 'name', 'value', '__proto__')),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;

describe('redact', () => {
  it('leaves nothing that a second scan would find', () => {
    fc.assert(
      fc.property(json, (value) => {
        const redacted = scanner.redact(value).value;
        expect(scanner.scan(redacted).findings).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  it('changes nothing of its input, and returns JSON of the same shape', () => {
    fc.assert(
      fc.property(json, (value) => {
        const before = JSON.stringify(value);
        const redacted = scanner.redact(value).value;
        expect(JSON.stringify(value)).toBe(before);
        expect(shapeOf(JSON.parse(JSON.stringify(redacted)) as JsonValue)).toEqual(shapeOf(value));
      }),
    );
  });

  it('leaves no part of the secret, whatever surrounds it', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9999 }), fc.string(), (before, seed, after) => {
        const token = aChecksummedToken('ghp_', seed);
        const redacted = scanner.redactText(`${before}${token}${after}`).text;
        for (let i = 4; i + 8 <= token.length; i += 4) expect(redacted).not.toContain(token.slice(i, i + 8));
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        (anything) => void scanner.redactText(anything),
      ),
    );
  });

  it.each(allRules.map((rule) => rule.id))('writes a marker that is itself no finding: %s', (id) => {
    const mark = marker(id);
    expect(
      scanner.scan({
        [mark]: mark,
        password: mark,
        api_key: mark,
        text: `token=${mark} "${mark}": "${mark}"`,
      }).findings,
    ).toEqual([]);
  });

  it.each([
    ['a documented example of full length', `${aToken('AKIA', 9, 'upper')}EXAMPLE`, 1],
    ['a key header with any base64 after it', '-----BEGIN RSA PRIVATE KEY-----\nMIIEabcd+/==\n', 1],
    ['a key header alone', 'grep -- "-----BEGIN RSA PRIVATE KEY-----" file', 0],
    ['one repeated character', `ghp_${'a'.repeat(36)}`, 0],
    ['a token crossed out', `sk-ant-api03-${'x'.repeat(93)}AA`, 0],
    ['a connection string without a password', 'postgres://app@db/x', 0],
    ['a variable in the place of a password', `postgres://app:$${'{PASSWORD}'}@db/x`, 0],
    ['a reference to a secret', `password: $${'{DB_PASSWORD}'}`, 0],
    ['a name that goes with a secret', `token_id: "${aBody(24)}"`, 0],
    ['a git hash', `commit ${aBody(40, 'hex')}`, 0],
    ['an integrity hash', `"integrity": "sha512-${aBody(86, 'base64')}=="`, 0],
  ])('judges %s', (_name, sample, findings) => {
    expect(scanner.scanText(sample)).toHaveLength(findings);
  });

  it('raises the confidence for a right checksum and lowers it for a wrong one', () => {
    const right = aChecksummedToken('ghp_');
    const wrong = `${right.slice(0, -1)}${right.endsWith('0') ? '1' : '0'}`;
    expect(scanner.scanText(right)[0]?.confidence).toBe('high');
    expect(scanner.scanText(wrong)[0]?.confidence).toBe('medium');
  });
});

function shapeOf(value: JsonValue): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Array.isArray(value) ? value.map(shapeOf) : Object.values(value).map(shapeOf);
}
