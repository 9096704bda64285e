import { describe, expect, it } from 'vitest';
import { UnknownTexts } from './unknown-texts.ts';

function aMemory() {
  const clock = { nowMs: 0 };
  return { clock, unknown: new UnknownTexts(() => clock.nowMs) };
}

describe('texts that no credential has', () => {
  it('are known for 30 seconds, however often they are asked for', () => {
    const { clock, unknown } = aMemory();
    unknown.add('a', unknown.times);
    clock.nowMs = 29_999;
    expect(unknown.has('a')).toBe(true);
    clock.nowMs = 30_000;
    expect(unknown.has('a')).toBe(false);
    expect(unknown.size).toBe(0);
  });

  it('are all forgotten together, with what was asked for before', () => {
    const { unknown } = aMemory();
    unknown.add('a', unknown.times);
    const { times } = unknown;
    unknown.forget();
    unknown.add('b', times);
    expect([unknown.has('a'), unknown.has('b')]).toEqual([false, false]);
    unknown.add('b', unknown.times);
    expect(unknown.has('b')).toBe(true);
  });

  it('are 10,000 at most, the oldest out first', () => {
    const { unknown } = aMemory();
    for (let at = 0; at <= 10_000; at += 1) unknown.add(`${at}`, unknown.times);
    expect(unknown.size).toBe(10_000);
    expect([unknown.has('0'), unknown.has('1'), unknown.has('10000')]).toEqual([false, true, true]);
  });
});
