import { expect, it } from 'vitest';
import { ENOUGH_ROWS, Gathering } from './gathering.ts';

/** `rows` come in each of the first turns, one turn after the other; how many there were when it was enough. */
async function gather(...rows: readonly number[]): Promise<number> {
  let waiting = 0;
  const left = [...rows];
  const gathering = new Gathering(() => waiting);
  const come = (): void => {
    waiting += left.shift() ?? 0;
    gathering.look();
    if (left.length > 0) setImmediate(come);
  };
  come();
  await gathering.done;
  return waiting;
}

it('waits for more as long as each turn brings some, and no longer', async () => {
  expect(await gather(1)).toBe(1);
  expect(await gather(1, 2, 3)).toBe(6);
  expect(await gather(1, 0, 3)).toBe(1);
});

it('is content with enough rows, and after a few turns', async () => {
  expect(await gather(ENOUGH_ROWS, 1, 1)).toBe(ENOUGH_ROWS);
  expect(await gather(...Array.from({ length: 40 }, () => 1))).toBe(4);
});

it('is over in the middle of a turn that brings enough, and at once where there is enough', async () => {
  let waiting = 0;
  const endOfTurn = () => new Promise((resolve) => setImmediate(() => resolve('the turn ended')));
  const firstTurn = endOfTurn();
  const gathering = new Gathering(() => waiting);
  for (; waiting < ENOUGH_ROWS; gathering.look()) waiting += 1;
  expect(await Promise.race([gathering.done.then(() => 'enough'), firstTurn])).toBe('enough');
  const nextTurn = endOfTurn();
  const begun = new Gathering(() => waiting);
  expect(await Promise.race([begun.done.then(() => 'enough'), nextTurn])).toBe('enough');
});

it('does not wait where there is nothing', async () => {
  expect(await gather(0)).toBe(0);
});
