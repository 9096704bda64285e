import { describe, expect, it } from 'vitest';
import { createScanner } from '../create-scanner.ts';
import { ownSecretOf, withOwnSecrets } from './own-secrets.ts';

const SECRET = 'our own secret value';
const scanner = withOwnSecrets(createScanner());
const find = (text: string) => {
  const start = text.indexOf(SECRET);
  return start < 0 ? [] : [{ start, end: start + SECRET.length, name: 'OURS' }];
};

describe('a scanner that knows own secrets', () => {
  it('finds them in keys and values, with their place, and shows their name alone', () => {
    scanner.useOwnSecrets({ find, hasLength: () => false });
    const value = { a: ['x', { b: `say ${SECRET}!` }], [`k ${SECRET}`]: 1 };
    const { findings } = scanner.scan(value);
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([
      ['own:OURS', '$.a[1].b'],
      ['own:OURS', '$["k [REDACTED:OURS]"]~key'],
    ]);
    expect(findings.map(ownSecretOf)).toEqual(['OURS', 'OURS']);
    expect(scanner.redact(value).value).toEqual({
      a: ['x', { b: 'say [REDACTED:OURS]!' }],
      'k [REDACTED:OURS]': 1,
    });
    const inKeyAlone = { list: [{ [SECRET]: 'x' }] };
    expect(scanner.scan(inKeyAlone).findings).toHaveLength(1);
    expect(scanner.redact(inKeyAlone).value).toEqual({ list: [{ '[REDACTED:OURS]': 'x' }] });
    expect(scanner.redactText(`log ${SECRET}`).text).toBe('log [REDACTED:OURS]');
    expect(scanner.redact(value, () => true).value).toEqual(scanner.redact(value).value);
  });

  it('says by its revision that it knows others now, and returns untouched values as they are', () => {
    const { revision } = scanner;
    const value = { harmless: ['text'] };
    expect(scanner.redact(value).value).toBe(value);
    scanner.useOwnSecrets(undefined);
    expect(scanner.revision).toBeGreaterThan(revision);
    expect(scanner.redactText(SECRET).text).toBe(SECRET);
  });

  it('still finds what the rules find', () => {
    scanner.useOwnSecrets({ find, hasLength: () => false });
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx';
    const rules = scanner.scan([SECRET, key]).findings.map(({ rule }) => rule);
    expect(rules[0]).toBe('own:OURS');
    expect(rules).toHaveLength(2);
  });
});
