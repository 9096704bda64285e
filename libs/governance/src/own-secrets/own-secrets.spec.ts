import { describe, expect, it } from 'vitest';
import { guessedSecrets } from './guessed-secrets.ts';
import { OwnSecretLockouts } from './own-secret-lockouts.ts';

const MINUTE = 60_000;

describe('a root session that names own secrets', () => {
  it('is locked for ten minutes by the fifth within ten', () => {
    const lockouts = new OwnSecretLockouts();
    for (let i = 0; i < 4; i += 1) expect(lockouts.note('s', i * MINUTE)).toBe(false);
    expect(lockouts.isLocked('s', 4 * MINUTE)).toBe(false);
    expect(lockouts.note('s', 4 * MINUTE)).toBe(true);
    expect([5, 13.9, 14.1].map((at) => lockouts.isLocked('s', at * MINUTE))).toEqual([true, true, false]);
    expect(lockouts.isLocked('other', 5 * MINUTE)).toBe(false);
  });

  it('is not locked by as many over a longer time, nor at once again after its lock', () => {
    const slow = new OwnSecretLockouts();
    for (let i = 0; i < 20; i += 1) expect(slow.note('s', i * 2.6 * MINUTE)).toBe(false);
    const again = new OwnSecretLockouts();
    for (let i = 0; i < 5; i += 1) again.note('s', 0);
    again.note('s', 10.5 * MINUTE);
    expect(again.isLocked('s', 10.6 * MINUTE)).toBe(false);
  });
});

describe('a guess', () => {
  const hasLength = (name: string, bytes: number) => name === 'KEY' && bytes === 16;
  it.each<[string, object, object, string[]]>([
    ['that was right', { say: 'abcdefghijklmnop' }, { text: 'Echo: [REDACTED:KEY]' }, ['KEY']],
    ['in two parts', { a: 'abcdefgh', b: 'ijklmnop' }, { text: '[REDACTED:KEY]' }, ['KEY']],
    ['that was wrong', { say: 'abcdefghijklmnop' }, { text: 'Echo: abcdefghijklmnop' }, []],
    ['of another length', { say: 'abcdefghijklmno' }, { text: 'Echo: [REDACTED:KEY]' }, []],
    ['that is none: the tool prints its environment', {}, { text: '{"A":"[REDACTED:KEY]"}' }, []],
    [
      'that is none: the text comes back beside it',
      { q: 'abcdefghijklmnop' },
      ['[REDACTED:KEY] abcdefghijklmnop'],
      [],
    ],
    ['at what is not ours', { say: 'abcdefghijklmnop' }, { text: '[REDACTED:github-token]' }, []],
  ])('%s', (_what, input, output, guessed) => {
    expect(guessedSecrets(input as never, output as never, hasLength)).toEqual(guessed);
  });
});
