import { randomBytes } from 'node:crypto';
import { newId } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import { CredentialTags } from './credential-tags.ts';
import { newOpaqueText, opaqueId } from './opaque-text.ts';

const tags = new CredentialTags(randomBytes(32));
const id = newId();
const text = tags.newText('ghk_', id).reveal();

describe('a tagged text', () => {
  it('has the form of every credential, and names its id', () => {
    expect(text).toMatch(/^ghk_[0-9a-f]{96}$/);
    expect(opaqueId('ghk_', text)).toBe(id);
    expect(tags.isOn(text)).toBe(true);
  });

  it('is another each time', () => {
    expect(tags.newText('ghk_', id).reveal()).not.toBe(text);
  });

  it('has its tag for every digit of it', () => {
    const changed = Array.from({ length: 96 }, (_, at) => {
      const place = 'ghk_'.length + at;
      const digit = text[place] === '0' ? '1' : '0';
      return text.slice(0, place) + digit + text.slice(place + 1);
    });
    expect(changed.filter((each) => tags.isOn(each))).toEqual([]);
  });

  it.each<[string, string]>([
    ['of another kind', `gak_${text.slice(4)}`],
    ['with another id', `ghk_${newId().replaceAll('-', '')}${text.slice(36)}`],
    ['from before there were tags', newOpaqueText('ghk_', id).reveal()],
    ['of another installation', new CredentialTags(randomBytes(32)).newText('ghk_', id).reveal()],
    ['made of zeros', `ghk_${'0'.repeat(96)}`],
    ['that is nothing', ''],
    ['that ends in no digits', `${text.slice(0, -1)}x`],
  ])('is none %s', (_what, other) => {
    expect(tags.isOn(other)).toBe(false);
  });
});
