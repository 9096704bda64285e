import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it.each([
  [0, 0, 0, 250],
  [0, 0, 1, 500],
  [3, 0, 0.5, 3000],
  [50, 0, 1, 60_000],
  [0, 10_000, 1, 10_000],
  [50, 10_000, 0, 30_000],
])(
  'after %i failures, asked for %i ms, waits between a half and the whole',
  (failures, asked, random, ms) => {
    expect(backoffMs(failures, asked, () => random)).toBe(ms);
  },
);
