import type { SecretRule } from '../src/rule.ts';
import { sampleOf, seeded } from './sample-of.ts';

/**
 * Texts of `size` characters that give a rule as much useless work as its pattern allows: its keyword over and
 * over, starts of real matches over and over, and matches that fail at their end.
 */
export function adversarialTexts(rule: SecretRule, size: number): string[] {
  const short = sampleOf(rule.pattern, seeded(1), 'shortest');
  const long = sampleOf(rule.pattern, seeded(2), 'longest').slice(0, size);
  const [keyword = ''] = rule.keywords;
  const units = [
    keyword,
    `${keyword} `,
    `${keyword}=`,
    `${keyword} = "`,
    short.slice(0, -1),
    `${short.slice(0, -1)}\u0000`,
    long.slice(0, Math.ceil(long.length / 2)),
    `${long.slice(0, -1)}\u0000`,
    `${long}${long.slice(-1)}`,
    `${keyword}${'a'.repeat(300)}`,
    `${keyword}${' '.repeat(300)}`,
    `${keyword}${'\\'.repeat(300)}`,
    `${keyword}\n`,
    `"${keyword}":`,
  ];
  return units.map((unit) => unit.repeat(Math.ceil(size / Math.max(1, unit.length))).slice(0, size));
}
