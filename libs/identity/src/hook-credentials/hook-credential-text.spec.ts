import { randomBytes } from 'node:crypto';
import { newId } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import { CredentialTags } from '../credentials/credential-tags.ts';
import { hashOf, matchesHash } from '../credentials/opaque-text.ts';
import { hookCredentialId, newHookCredentialText } from './hook-credential-text.ts';

const tags = new CredentialTags(randomBytes(32));

describe('the text of a hook credential', () => {
  it('names its id and matches its own hash alone', () => {
    const id = newId();
    const text = newHookCredentialText(id, tags).reveal();
    expect(text).toMatch(/^ghk_[0-9a-f]{96}$/);
    expect(hookCredentialId(text)).toBe(id);
    expect(matchesHash(text, hashOf(text))).toBe(true);
    expect(matchesHash(newHookCredentialText(id, tags).reveal(), hashOf(text))).toBe(false);
  });

  it('does not print', () => {
    expect(String(newHookCredentialText(newId(), tags))).toBe('[secret]');
  });

  it.each([
    'ghk_',
    `ghk_${'0'.repeat(95)}`,
    `ghk_${'0'.repeat(97)}`,
    `ghk_${'G'.repeat(96)}`,
    `GHK_${'0'.repeat(96)}`,
  ])('has one spelling, which %j is not', (text) => {
    expect(hookCredentialId(text)).toBeUndefined();
  });
});
