import { expect, it } from 'vitest';
import { noneText, wholePage } from './whole-page.ts';

/** Two numbers at a time, of which the odd ones fit. */
const few =
  (last: number) =>
  async ({ before }: { readonly before?: string }) => {
    const from = Number(before ?? 0);
    const next = from + 2 > last ? null : String(from + 2);
    return { rows: [from, from + 1].filter((number) => number % 2 === 1), next };
  };

it('goes on until the page is full, and hands on where it ended', async () => {
  expect(await wholePage({ limit: 3 }, few(100))).toEqual({ rows: [1, 3, 5], next: '6' });
  expect(await wholePage({ limit: 2, before: '6' }, few(100))).toEqual({ rows: [7, 9], next: '10' });
});

it('ends with the log', async () => {
  expect(await wholePage({ limit: 50 }, few(5))).toEqual({ rows: [1, 3, 5], next: null });
});

it('asks for no more than is missing', async () => {
  const limits: number[] = [];
  await wholePage({ limit: 3 }, (from) => {
    limits.push(from.limit);
    return few(100)(from);
  });
  expect(limits).toEqual([3, 2, 1]);
});

it('says of nothing found whether that is all', () => {
  expect(noneText('No such rows.', null)).toBe('No such rows.');
  expect(noneText('No such rows.', 'x')).toBe('No such rows so far; go on with --cursor x');
});
