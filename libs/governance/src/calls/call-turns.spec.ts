import { expect, it } from 'vitest';
import { CALLS_OF_A_TURN, CallTurns } from './call-turns.ts';

const turnOver = () => new Promise((resolve) => setImmediate(resolve));

/** `calls` enter at once; which of them had entered behind each of the first turns. */
async function entering(calls: number, turns: number): Promise<number[]> {
  const line = new CallTurns();
  const entered: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const turn = line.enter();
    if (turn === undefined) entered.push(call);
    else void turn.then(() => entered.push(call));
  }
  const counts = [entered.length];
  for (let turn = 0; turn < turns; turn += 1) {
    await turnOver();
    counts.push(entered.length);
  }
  expect(entered).toEqual([...entered.keys()]);
  return counts;
}

it('lets so many calls in at once, and as many in each turn that follows, in their order', async () => {
  expect(await entering(CALLS_OF_A_TURN * 2 + 5, 3)).toEqual([
    CALLS_OF_A_TURN,
    CALLS_OF_A_TURN * 2,
    CALLS_OF_A_TURN * 2 + 5,
    CALLS_OF_A_TURN * 2 + 5,
  ]);
});

it('keeps nobody waiting where there is room', async () => {
  expect(await entering(CALLS_OF_A_TURN, 0)).toEqual([CALLS_OF_A_TURN]);
  const line = new CallTurns();
  for (let turn = 0; turn < 3; turn += 1) {
    for (let call = 0; call < CALLS_OF_A_TURN; call += 1) expect(line.enter()).toBeUndefined();
    await turnOver();
  }
});

it('lets nobody in before those who wait', async () => {
  const line = new CallTurns();
  const order: string[] = [];
  for (let call = 0; call < CALLS_OF_A_TURN; call += 1) void line.enter();
  void line.enter()?.then(() => order.push('first'));
  void line.enter()?.then(() => order.push('second'));
  await turnOver();
  expect(order).toEqual(['first', 'second']);
  for (let call = 2; call < CALLS_OF_A_TURN; call += 1) expect(line.enter()).toBeUndefined();
  expect(line.enter()).toBeInstanceOf(Promise);
});
