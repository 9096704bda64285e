import { describe, expect, it } from 'vitest';
import { adversarialTexts } from '../../test/adversarial.ts';
import { createScanner } from '../create-scanner.ts';
import { RuleMatcher } from '../match/rule-matcher.ts';
import { allRules } from './all-rules.ts';

const SIZE = 8192;
const GROWTH = 4;
/** Linear is 4, quadratic 16; a machine under load adds noise to the former. */
const STEEPEST = 9;
/** Below this many milliseconds only the timer is measured. */
const NOISE_MS = 1.5;

/** Milliseconds of this process's own processor time: others' work on the machine does not count. */
function bestOf(rounds: number, work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i += 1) {
    const before = process.cpuUsage();
    work();
    best = Math.min(best, process.cpuUsage(before).user / 1000);
  }
  return best;
}

function isSteep(matcher: RuleMatcher, small: string, large: string): boolean {
  if (bestOf(1, () => matcher.match(large)) < NOISE_MS) return false;
  return [2, 5, 15].every((rounds) => {
    const [one, other] = [
      bestOf(rounds, () => matcher.match(small)),
      bestOf(rounds, () => matcher.match(large)),
    ];
    return other > NOISE_MS && other / one > STEEPEST;
  });
}

describe('matching', () => {
  it('takes time in proportion to the text, for every rule and the worst texts that its pattern allows', () => {
    const steep: string[] = [];
    for (const rule of allRules) {
      const matcher = new RuleMatcher([rule]);
      const large = adversarialTexts(rule, SIZE * GROWTH);
      for (const [index, small] of adversarialTexts(rule, SIZE).entries()) {
        if (isSteep(matcher, small, large[index]!)) steep.push(`${rule.id} ${index}`);
      }
    }
    expect(steep).toEqual([]);
  }, 120_000);

  it('sees a pattern that is not linear, so that the test above means something', () => {
    const quadratic = { ...allRules[0]!, keywords: ['aaaa'], pattern: /a{1,9000}a{1,9000}!/ };
    const [small, large] = [SIZE / 4, SIZE].map((size) => 'a'.repeat(size));
    expect(isSteep(new RuleMatcher([{ ...quadratic, glued: 'no' }]), small!, large!)).toBe(true);
  });

  it.each([
    'token=',
    'tfp_',
    'password: ',
    ' -u a:b',
    '-----BEGIN PRIVATE KEY-----A',
    'eyJ',
    'eyJa.',
    '://a:b@',
    'sk-',
    '"secret":"aaaaaaaaaa1"',
  ])('gets through a megabyte of %j', (unit) => {
    const scanner = createScanner();
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    expect(bestOf(1, () => scanner.scanText(text))).toBeLessThan(2000);
  });
});
