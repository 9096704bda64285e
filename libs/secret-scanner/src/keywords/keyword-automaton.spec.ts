import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeywordAutomaton } from './keyword-automaton.ts';

function occurrences(keywords: readonly string[], text: string): string[] {
  const found: string[] = [];
  new KeywordAutomaton(keywords).find(text, (keyword, end) => found.push(`${keywords[keyword]!} ${end}`));
  return found.sort();
}

describe('KeywordAutomaton', () => {
  it('finds every occurrence, overlapping and nested ones too, whatever their case', () => {
    expect(occurrences(['he', 'she', 'hers'], 'uSHErs')).toEqual(['he 4', 'hers 6', 'she 4']);
  });

  it('finds what a search for each keyword finds', () => {
    const alphabet = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '-'), maxLength: 40 });
    const words = fc.uniqueArray(
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 4 }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(words, alphabet, (keywords, text) => {
        const expected: string[] = [];
        for (const keyword of keywords) {
          for (let at = text.indexOf(keyword); at >= 0; at = text.indexOf(keyword, at + 1)) {
            expected.push(`${keyword} ${at + keyword.length}`);
          }
        }
        expect(occurrences(keywords, text)).toEqual(expected.sort());
      }),
    );
  });

  it('refuses keywords that the text is never compared with', () => {
    expect(() => new KeywordAutomaton(['Upper'])).toThrow(RangeError);
    expect(() => new KeywordAutomaton(['é'])).toThrow(RangeError);
  });
});
