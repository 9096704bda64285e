import { describe, expect, it } from 'vitest';
import { LookupAllowance } from './lookup-allowance.ts';

function anAllowance() {
  const clock = { nowMs: 0 };
  const limits = {
    fromOneNetwork: { burst: 4, perSecond: 2 },
    inAll: { burst: 10, perSecond: 5 },
  };
  const allowance = new LookupAllowance(() => clock.nowMs, limits);
  const taken = (network: string, times: number) =>
    Array.from({ length: times }, () => allowance.take(network)).filter(Boolean).length;
  return { clock, taken };
}

describe('the allowance of questions to the database', () => {
  it('is so many at once for a network, and then so many a second', () => {
    const { clock, taken } = anAllowance();
    expect(taken('a', 10)).toBe(4);
    clock.nowMs = 500;
    expect(taken('a', 10)).toBe(1);
    clock.nowMs = 60_000;
    expect(taken('a', 10)).toBe(4);
  });

  it('of one network is not taken by another, nor by what it is refused', () => {
    const { taken } = anAllowance();
    expect(taken('a', 1000)).toBe(4);
    expect(taken('b', 2)).toBe(2);
  });

  it('has an end for all networks together', () => {
    const { clock, taken } = anAllowance();
    const from = () => ['a', 'b', 'c', 'd'].map((network) => taken(network, 10));
    expect(from()).toEqual([4, 4, 2, 0]);
    clock.nowMs = 1000;
    expect(taken('d', 10)).toBe(4);
    expect(taken('e', 10)).toBe(1);
  });

  it('forgets the network that asked longest ago when there are 10,000', () => {
    const clock = { nowMs: 0 };
    const plenty = { burst: 1_000_000, perSecond: 1 };
    const allowance = new LookupAllowance(() => clock.nowMs, {
      fromOneNetwork: { burst: 1, perSecond: 0 },
      inAll: plenty,
    });
    for (let at = 0; at < 10_000; at += 1) allowance.take(`${at}`);
    expect(allowance.take('1')).toBe(false);
    allowance.take('one more');
    expect([allowance.take('1'), allowance.take('0')]).toEqual([false, true]);
  });
});
