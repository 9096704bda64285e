import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeywordAutomaton } from './keyword-automaton.ts';
import { KeywordSearch } from './keyword-search.ts';

type Search = Pick<KeywordAutomaton, 'find'>;

function visitsOf(search: Search, text: string): string[] {
  const visits: string[] = [];
  search.find(text, (keyword, end) => visits.push(`${keyword} ${end}`));
  return visits;
}

describe('KeywordSearch', () => {
  it('visits what the automaton visits and in its order, before it is built and after', () => {
    const words = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 4 }),
      { minLength: 1, maxLength: 6 },
    );
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'c', 'C', 'İ', '-'), maxLength: 40 });
    fc.assert(
      fc.property(words, text, (keywords, searched) => {
        const expected = visitsOf(new KeywordAutomaton(keywords), searched);
        const search = new KeywordSearch(keywords);
        expect(visitsOf(search, searched)).toEqual(expected);
        search.prepare();
        expect(visitsOf(search, searched)).toEqual(expected);
      }),
    );
  });

  it('finds the same in a long text, and in the hundredth', () => {
    const keywords = ['he', 'she', 'hers'];
    const search = new KeywordSearch(keywords);
    const long = `${'x'.repeat(300)}uSHErs`;
    expect(visitsOf(search, long)).toEqual(visitsOf(new KeywordAutomaton(keywords), long));
    const often = new KeywordSearch(keywords);
    for (let i = 0; i < 100; i += 1) expect(visitsOf(often, 'uSHErs')).toEqual(['1 4', '0 4', '2 6']);
  });

  it('refuses keywords that the text is never compared with', () => {
    expect(() => new KeywordSearch(['Upper'])).toThrow(RangeError);
    expect(() => new KeywordSearch(['é'])).toThrow(RangeError);
  });
});
