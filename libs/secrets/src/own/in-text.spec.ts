import { describe, expect, it } from 'vitest';
import { needleSearch } from '../matching/needle-search.ts';
import { inText } from './in-text.ts';

const SECRET = 'a secret of our own';
const find = inText(needleSearch([{ name: 'OURS', bytes: Buffer.from(SECRET) }]), SECRET.length);

describe('an own secret in a text', () => {
  it.each([
    ['at its beginning', '', ' and more'],
    ['behind signs of several bytes', 'é€😀 ', '😀'],
    ['in a text that is too long to be kept room for', 'é'.repeat(20_000), '.'],
  ])('is found %s, in UTF-16 units', (_where, before, after) => {
    const text = before + SECRET + after;
    const [span, ...others] = find(text);
    expect(others).toEqual([]);
    expect(text.slice(span!.start, span!.end)).toBe(SECRET);
    expect(span!.name).toBe('OURS');
  });

  it('is not put together of a text and what an earlier one left behind', () => {
    const any = inText(needleSearch([{ name: 'OURS', bytes: Buffer.from(SECRET) }]));
    expect(any(`${'x'.repeat(9)}${SECRET.slice(9)}`)).toEqual([]);
    expect(any(SECRET.slice(0, 9))).toEqual([]);
    expect(any(SECRET)).toHaveLength(1);
    expect(any('x')).toEqual([]);
  });
});
