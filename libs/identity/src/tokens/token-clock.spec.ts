import { expect, it } from 'vitest';
import { TokenClock } from './token-clock.ts';

function aClock() {
  const time = { wallMs: 1_000_000, monotonicMs: 50 };
  const clock = new TokenClock({ now: () => time.wallMs }, () => time.monotonicMs);
  return { time, clock };
}

it('is the wall clock where that goes on as it should, or jumps ahead', () => {
  const { time, clock } = aClock();
  Object.assign(time, { wallMs: 1_001_000, monotonicMs: 1050 });
  expect(clock.now()).toBe(1_001_000);
  Object.assign(time, { wallMs: 9_000_000, monotonicMs: 1051 });
  expect(clock.now()).toBe(9_000_000);
});

it('never goes back, and does not stand still while a clock that was set back catches up', () => {
  const { time, clock } = aClock();
  Object.assign(time, { wallMs: 1_000_000 - 3_600_000, monotonicMs: 51 });
  expect(clock.now()).toBe(1_000_001);
  time.monotonicMs = 60_050;
  expect(clock.now()).toBe(1_060_000);
});
