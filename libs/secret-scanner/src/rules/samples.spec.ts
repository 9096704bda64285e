import { expect, it } from 'vitest';
import samples from '../../test/samples.json' with { type: 'json' };
import { RuleMatcher } from '../match/rule-matcher.ts';
import { allRules } from './all-rules.ts';

/** What each rule found when it was written, with each byte changed so that no scanner takes the file for a leak. */
const texts = Object.entries(samples).map(
  ([id, veiled]) =>
    [id, Buffer.from(Buffer.from(veiled, 'base64').map((byte) => byte ^ 0x5a)).toString()] as const,
);
const all = new RuleMatcher(allRules);

it.each(texts)('a rule that was shipped is shipped still, and finds what it found: %s', (id, text) => {
  expect(all.match(text).found.map((match) => match.rule.id)).toContain(id);
});

it('has a sample of every rule', () => {
  expect(Object.keys(samples).sort()).toEqual(allRules.map((rule) => rule.id).sort());
});
