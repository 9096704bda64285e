import { expect, it } from 'vitest';
import { gathered } from './gathered.ts';

/** `rows` come in each of the first turns, one turn after the other; how many there were when it was enough. */
async function gather(...rows: readonly number[]): Promise<number> {
  let waiting = 0;
  const left = [...rows];
  const come = (): void => {
    waiting += left.shift() ?? 0;
    if (left.length > 0) setImmediate(come);
  };
  const enough = gathered(() => waiting);
  come();
  await enough;
  return waiting;
}

it('waits for more as long as each turn brings some, and no longer', async () => {
  expect(await gather(1)).toBe(1);
  expect(await gather(1, 2, 3)).toBe(6);
  expect(await gather(1, 0, 3)).toBe(1);
});

it('is content with enough rows, and after a few turns', async () => {
  expect(await gather(16, 1, 1)).toBe(16);
  expect(await gather(...Array.from({ length: 40 }, () => 1))).toBe(4);
});

it('does not wait where there is nothing', async () => {
  expect(await gather(0)).toBe(0);
});
