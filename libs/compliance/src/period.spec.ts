import { expect, it } from 'vitest';
import { readPeriod } from './period.ts';

it.each([
  ['2026', '2026-01-01', '2027-01-01'],
  ['2026-Q4', '2026-10-01', '2027-01-01'],
  ['2026-02', '2026-02-01', '2026-03-01'],
  ['2026-02-28', '2026-02-28', '2026-03-01'],
  ['2026-07-01..2026-09-30', '2026-07-01', '2026-10-01'],
  ['2026-Q1..2026-Q2', '2026-01-01', '2026-07-01'],
])('reads %s', (text, from, to) => {
  expect(readPeriod(text)).toEqual({ from: new Date(`${from}T00:00:00Z`), to: new Date(`${to}T00:00:00Z`) });
});

it.each(['', 'Q3', '2026-Q5', '2026-13', '2026-02-30', '2026-09..2026-07', '2026..2027..2028', '26'])(
  'refuses %j',
  (text) => {
    expect(() => readPeriod(text)).toThrow('a period is');
  },
);
