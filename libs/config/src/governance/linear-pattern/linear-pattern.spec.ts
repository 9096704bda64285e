import { describe, expect, it } from 'vitest';
import { linearPattern } from './linear-pattern.ts';

describe('a pattern of the operator', () => {
  it.each<[string, string[]]>([
    ['acme_[A-Za-z0-9]{32}', ['acme_']],
    ['ACME-[0-9]{4}-[0-9]{8,12}', ['acme-']],
    [
      '(?:acme|umbrella)_(?:live|test)_[\\w-]{20,40}',
      ['acme_live_', 'acme_test_', 'umbrella_live_', 'umbrella_test_'],
    ],
    ['\\bacme:\\s{0,3}([a-f0-9]{40})(?![a-f0-9])', ['acme:']],
    ['x-acme-key"?\\s{0,4}[:=]\\s{0,4}"?([\\w-]{20,60})"?', ['x-acme-key']],
    ['acme(?:-[a-z]{1,10})?\\.[A-Z]{8}', ['acme']],
    ['(?<!\\w)acme(?:[0-9a-f]{4}:){5}', ['acme']],
    ['acme\\x5f\\u0041[.+*?]{3}', ['acme_a']],
  ])('is taken: %s', (pattern, keywords) => {
    expect(linearPattern(pattern, false)).toEqual({ ok: true, keywords });
  });

  it.each<[string, string]>([
    ['acme_(', 'is not a valid regular expression'],
    ['acme_[a-z]*', 'has a repeat without a bound, at character 11'],
    ['acme_[a-z]+', 'has a repeat without a bound'],
    ['acme_[a-z]{20,}', 'has a repeat without a bound'],
    ['acme_[a-z]{20,5000}', 'has a repeat that is too long'],
    ['acme_(?:[a-z]{1,9}){4}', 'has a repeat inside a repeat'],
    ['acme_(?:[a-z]{1,9}-?){1,4}', 'has a repeat inside a repeat'],
    ['acme_(?:a?){1,30}', 'has a repeat inside a repeat'],
    ['acme_(?:a|ab){1,30}', 'has a repeat inside a repeat'],
    ['acme_(?:a|a){1,30}', 'repeats a choice whose branches begin alike'],
    ['acme_(?:ab|ac){1,30}', 'repeats a choice whose branches begin alike'],
    ['acme_(?:[ab]|[bc]){9}', 'repeats a choice whose branches begin alike'],
    ['acme_(?:(?:a|a){1}c){9}', 'repeats a choice whose branches begin alike'],
    [`acme_${'(?:a|a)b'.repeat(30)}`, 'has too many choices whose branches begin alike'],
    ['acme_\\w{1,50}\\w{1,50}', 'has two repeats that can match the same characters'],
    ['acme_\\w{1,50}a\\w{1,50}', 'has two repeats that can match the same characters'],
    ['acme_.{0,9}-.{0,9}', 'has two repeats that can match the same characters'],
    ['acme_a?a?a?', 'has two repeats that can match the same characters'],
    ['acme_(?:a{1,9}|b)c{0,1}a{1,9}', 'has two repeats that can match the same characters'],
    ['acme_[a-f]{1,9}(?:[A-F]{1,9}|f{1,9})', 'has two repeats that can match the same characters'],
    ['acme_([a-z]{4})\\1', 'refers back to a group'],
    ['acme_(?<x>[a-z]{4})\\k<x>', 'refers back to a group'],
    ['acme_(?=[a-z]{1,9}$)', 'repeats inside a lookaround'],
    ['(?<!a{1,3})acme_', 'repeats inside a lookaround'],
    ['acme_(?=a){3}', 'repeats what has no length'],
    ['acme_\\p{L}', 'has an escape that is not read'],
    ['[a-z]{4}_acme', 'does not begin with fixed characters'],
    ['(?:acme|[0-9])_x{20}', 'does not begin with fixed characters'],
    ['ac[me]_x{20}', 'does not begin with fixed characters'],
    ['acme|', 'does not begin with fixed characters'],
    ['пароль_[a-z]{20}', 'does not begin with fixed characters'],
    ['acme_(?:[a-z]{1024}){5}', 'matches too long a text'],
  ])('is refused: %s', (pattern, message) => {
    expect(linearPattern(pattern, false)).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
    });
  });

  it('is compared without case where it is to be matched so', () => {
    expect(linearPattern('acme_[a-f]{1,9}[A-F]{1,9}', false).ok).toBe(true);
    expect(linearPattern('acme_[a-f]{1,9}[A-F]{1,9}', true).ok).toBe(false);
  });

  it('takes linear time once it is taken, for texts that match it almost', () => {
    for (const pattern of [
      'acme_\\w{1,60}-[0-9]{1,60}!',
      'acme(?:[0-9a-f]{4}:){50}',
      'acme_(?:a|b){1,60}!',
    ]) {
      expect(linearPattern(pattern, false).ok).toBe(true);
      const text = `${pattern.slice(0, 4)}_${'a1'.repeat(20)}`.repeat(20_000);
      const before = process.cpuUsage();
      expect(new RegExp(pattern).test(text)).toBe(false);
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
    }
  });
});
