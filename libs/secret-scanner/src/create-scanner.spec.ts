import type { JsonValue } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import { aChecksummedToken, aToken } from '../test/a-token.ts';
import { createScanner } from './create-scanner.ts';
import type { SecretRule } from './rule.ts';

const scanner = createScanner({ fingerprintKey: Buffer.alloc(32, 7) });
const token = aChecksummedToken('ghp_');

describe('createScanner', () => {
  it('says where a credential stands, and nothing of it', () => {
    const { findings, exhausted } = scanner.scan({ a: { b: ['x', `see ${token}.`] } });
    expect(exhausted).toBe(false);
    expect(findings).toEqual([
      {
        rule: 'github-personal-access-token',
        path: '$.a.b[1]',
        segments: ['a', 'b', 1],
        encoding: 'plain',
        length: token.length,
        start: 4,
        end: 4 + token.length,
        confidence: 'high',
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain(token.slice(4, 12));
  });

  it('finds a credential in a key, and shows the key redacted in every path below it', () => {
    const { findings } = scanner.scan({ [`k ${token}`]: { inner: aToken('sk_live_', 24) } });
    expect(findings.map((finding) => finding.path)).toEqual([
      '$["k [REDACTED:github-personal-access-token]"]~key',
      '$["k [REDACTED:github-personal-access-token]"].inner',
    ]);
  });

  it.each<[string, JsonValue, string]>([
    ['a member', { aws_secret_access_key: aToken('', 40, 'base64') }, '$.aws_secret_access_key'],
    ['a name and a value side by side', [{ name: 'DB_PASSWORD', value: 'tr0ub4dor&3x' }], '$[0].value'],
    ['an argument after its flag', { args: ['--password', 'tr0ub4dor&3x'] }, '$.args[1]'],
    ['items of a named list', { api_keys: [aToken('', 32)] }, '$.api_keys[0]'],
  ])('judges a value by the name it stands under: %s', (_name, value, path) => {
    expect(scanner.scan(value).findings.map((finding) => finding.path)).toEqual([path]);
  });

  it('finds at 100 levels, and reports deeper ones as not judged', () => {
    const nest = (levels: number): JsonValue => {
      let value: JsonValue = token;
      for (let i = 0; i < levels; i += 1) value = i % 2 === 0 ? [value] : { a: value };
      return value;
    };
    expect(scanner.scan(nest(100))).toMatchObject({
      exhausted: false,
      findings: [{ rule: 'github-personal-access-token' }],
    });
    expect(scanner.scan(nest(101))).toEqual({ exhausted: true, findings: [] });
    expect(JSON.stringify(scanner.redact(nest(101)).value)).toContain('[REDACTED:too-deep]');
  });

  it('redacts in place and keeps keys unique', () => {
    const value = { [token]: 1, [aChecksummedToken('ghp_', 2)]: 2, note: `a ${token} b` };
    expect(scanner.redact(value).value).toEqual({
      '[REDACTED:github-personal-access-token]': 1,
      '[REDACTED:github-personal-access-token]~2': 2,
      note: 'a [REDACTED:github-personal-access-token] b',
    });
  });

  it('returns the value itself where there is nothing to redact', () => {
    const value = { a: [1, 'text', null, { b: true }] };
    expect(scanner.redact(value).value).toBe(value);
  });

  it('replaces a text that it could not judge whole, so that nothing behind its budget is shown', () => {
    const refused = `ghp_${'x'.repeat(36)} `.repeat(9000);
    const value = { note: `${refused}${token} `, other: 'harmless' };
    expect(scanner.scan(value).exhausted).toBe(true);
    expect(scanner.redact(value).value).toEqual({ note: '[REDACTED:not-judged]', other: 'harmless' });
  });

  it('leaves what it is told to keep', () => {
    const value = { a: token, b: token };
    const { value: redacted, findings } = scanner.redact(value, (finding) => finding.path === '$.a');
    expect(redacted).toEqual({ a: token, b: '[REDACTED:github-personal-access-token]' });
    expect(findings.map((finding) => finding.path)).toEqual(['$.b']);
    expect(scanner.redact(value, () => true).value).toBe(value);
  });

  it.each([
    ['keywords that lead nowhere', 'loggly.'],
    ['values that are no secrets', 'api_key: aaaaaaaaaaaaaaa1 '],
    ['more tokens than anybody needs', `${aToken('ghp_', 36)} `],
  ])('judges a text of %s as far as its budget goes, and withholds it whole', (_what, unit) => {
    const text = unit.repeat(30_000) + aToken('glpat-', 20);
    expect(scanner.scan(text).exhausted).toBe(true);
    expect(scanner.redactText(text).text).not.toContain(aToken('glpat-', 20));
  });

  it('finds what the rules it is given describe, and no longer when they are taken away', () => {
    const own = createScanner();
    const rule: SecretRule = {
      id: 'own-acme',
      description: 'ACME token',
      keywords: ['acme_'],
      pattern: /acme_[a-z0-9]{12}/,
      confidence: 'high',
      source: 'https://acme.test',
    };
    const text = `mine is acme_${aToken('', 12, 'lower')}`;
    expect(own.scanText(text)).toEqual([]);
    own.useRules([rule]);
    expect(own.redactText(text).text).toBe('mine is [REDACTED:own-acme]');
    own.useRules([]);
    expect(own.scanText(text)).toEqual([]);
  });
});
