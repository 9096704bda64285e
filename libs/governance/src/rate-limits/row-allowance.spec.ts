import { describe, expect, it } from 'vitest';
import { RowAllowance } from './row-allowance.ts';

const START = 1_800_000_000_000;

function taken(allowance: RowAllowance, key: string, n: number, ms = START): number {
  return Array.from({ length: n }, () => allowance.take(key, 60, ms)).filter(Boolean).length;
}

describe('the rows that callers may cause a minute', () => {
  it('are so many for each key', () => {
    const allowance = new RowAllowance(600);
    expect([taken(allowance, 'a', 100), taken(allowance, 'b', 100)]).toEqual([60, 60]);
  });

  it('are so many in all, from however many keys', () => {
    const allowance = new RowAllowance(600);
    const rows = Array.from({ length: 5000 }, (_, i) => taken(allowance, `network ${i}`, 3));
    expect(rows.reduce((sum, n) => sum + n, 0)).toBe(600);
  });

  it('come back as the minute slides', () => {
    const allowance = new RowAllowance(600);
    taken(allowance, 'a', 100);
    expect(taken(allowance, 'a', 100, START + 30_000)).toBe(0);
    expect(taken(allowance, 'a', 100, START + 61_000)).toBe(60);
  });

  it('do not come back when the clock is set back', () => {
    const allowance = new RowAllowance(600);
    taken(allowance, 'a', 100);
    expect(taken(allowance, 'a', 100, START - 86_400_000)).toBe(0);
  });
});
