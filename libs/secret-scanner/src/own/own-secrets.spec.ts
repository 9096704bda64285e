import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aChecksummedToken } from '../../test/a-token.ts';
import { createScanner } from '../create-scanner.ts';
import { ownSecretOf } from './own-rule.ts';
import { withOwnSecrets } from './own-secrets.ts';

const SECRET = 'our own secret value';
const scanner = withOwnSecrets(createScanner());
const find = (text: string) => {
  const start = text.indexOf(SECRET);
  return start < 0 ? [] : [{ start, end: start + SECRET.length, name: 'OURS' }];
};

const twice = (text: string) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64');

describe('a scanner that knows own secrets', () => {
  it('finds them in keys and values, with their place, and shows their name alone', () => {
    scanner.useOwnSecrets({ find, longest: 40, hasLength: () => false });
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
    scanner.useOwnSecrets({ find, longest: 40, hasLength: () => false });
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx';
    const rules = scanner.scan([SECRET, key]).findings.map(({ rule }) => rule);
    expect(rules[0]).toBe('own:OURS');
    expect(rules).toHaveLength(2);
  });

  it.each([
    ['base64 in base64', twice(SECRET), 'base64>base64'],
    ['gzip in base64', gzipSync(`env: ${SECRET}`).toString('base64'), 'base64>gzip'],
    ['deflate in hex', deflateSync(`env: ${SECRET}`).toString('hex'), 'hex>deflate'],
    ['zero-width characters', Array.from(SECRET).join('\u200b'), 'invisible'],
    ['bidirectional characters', `\u202e${Array.from(SECRET).join('\u2066')}\u202c`, 'invisible'],
    ['look-alike letters', SECRET.replaceAll('e', 'е').replaceAll('o', 'ο'), 'look-alike'],
    ['some letters in percent escapes', SECRET.replaceAll('e', '%65'), 'percent'],
    ['some letters in escapes', SECRET.replaceAll('e', '\\x65').replaceAll('o', '&#111;'), 'escapes'],
  ])('finds them in %s, at the place that hides them', (_how, hidden, encoding) => {
    scanner.useOwnSecrets({ find, longest: 40, hasLength: () => false });
    const value = { text: `before ${hidden} after` };
    const { findings } = scanner.scan(value);
    expect(findings.map(({ rule, path }) => [rule, path])).toEqual([['own:OURS', '$.text']]);
    expect(findings[0]!.encoding).toBe(encoding);
    const { text } = scanner.redact(value).value as { text: string };
    expect(text).toMatch(/^before .?\[REDACTED:OURS\].? after$/);
  });

  it('names a hidden one as ours, though it is also of a known kind, and keeps it for nobody', () => {
    const token = aChecksummedToken('ghp_');
    const ours = (text: string) => {
      const start = text.indexOf(token);
      return start < 0 ? [] : [{ start, end: start + token.length, name: 'OURS' }];
    };
    scanner.useOwnSecrets({ find: ours, longest: 40, hasLength: () => false });
    const value = { text: Buffer.from(`token: ${token}`).toString('base64') };
    expect(scanner.scan(value).findings.map(ownSecretOf)).toEqual(['OURS']);
    expect(scanner.redact(value, () => true).value).toEqual({ text: '[REDACTED:OURS]' });
    scanner.useRules([]);
    expect(scanner.scan(value).findings.map(ownSecretOf)).toEqual(['OURS']);
    scanner.useOwnSecrets(undefined);
    expect(scanner.scan(value).findings.map(({ rule }) => rule)).toEqual(['github-personal-access-token']);
  });

  it('finds what is split over neighbours, in each part of it', () => {
    scanner.useOwnSecrets({ find, longest: 40, hasLength: () => false });
    const [head, middle, tail] = [SECRET.slice(0, 5), SECRET.slice(5, 11), SECRET.slice(11)] as const;
    for (const value of [
      { a: `x ${head}`, n: 1, b: `${middle}${tail} y` },
      [head, middle, tail],
      { deep: [{ a: `${'x'.repeat(9000)}${head}`, b: `${middle}${tail}${'y'.repeat(9000)}` }] },
    ]) {
      expect(new Set(scanner.scan(value).findings.map(({ encoding }) => encoding))).toEqual(
        new Set(['split']),
      );
      const shown = JSON.stringify(scanner.redact(value).value);
      expect(shown).toContain('[REDACTED:OURS]');
      expect(shown).not.toMatch(/our o|secret|value/);
    }
    expect(scanner.scan([tail, head, middle]).findings).toEqual([]);
    expect(scanner.scan({ a: SECRET, b: 'x' }).findings).toHaveLength(1);
  });

  it('finds one that is a number', () => {
    const digits = '481516234210815';
    const all = (text: string) => (text === digits ? [{ start: 0, end: digits.length, name: 'PIN' }] : []);
    scanner.useOwnSecrets({ find: all, longest: 40, hasLength: () => false });
    const value = { account: Number(digits), other: 481516234210816, half: 0.5 };
    expect(scanner.scan(value).findings.map(({ path }) => path)).toEqual(['$.account']);
    expect(scanner.redact(value).value).toEqual({ ...value, account: '[REDACTED:PIN]' });
  });

  it('lets nothing pass that hides more than can be read', () => {
    scanner.useOwnSecrets({ find, longest: 40, hasLength: () => false });
    const bomb = gzipSync('x'.repeat(250_000)).toString('base64');
    const value = [bomb, bomb, bomb, bomb, twice(SECRET)];
    expect(scanner.scan(value).exhausted).toBe(true);
    expect(scanner.redactOwn(value)).toEqual([
      bomb,
      bomb,
      '[REDACTED:not-judged]',
      '[REDACTED:not-judged]',
      '[REDACTED:not-judged]',
    ]);
  });

  it('takes them alone out of what nobody judges', () => {
    scanner.useOwnSecrets({ find, longest: 40, hasLength: () => false });
    const example = 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB';
    expect(scanner.redactOwn({ text: `${example} ${SECRET}` })).toEqual({
      text: `${example} [REDACTED:OURS]`,
    });
    const untouched = { text: example };
    expect(scanner.redactOwn(untouched)).toBe(untouched);
  });
});
