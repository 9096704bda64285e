import { expect, it } from 'vitest';
import { CallAccounting } from './call-accounting.ts';

const call = { event: 'tool_call.decided' } as never;

it('holds while a call is inside, when its row is committed before the answer, and when it is answered', () => {
  const accounting = new CallAccounting();
  accounting.enter();
  expect(accounting.equation(0, 0)).toMatchObject({ received: 1, open: 1, unaccounted: 0 });
  accounting.recorded(call);
  expect(accounting.equation(0, 0)).toMatchObject({ recorded: 1, open: 0, unaccounted: 0 });
  accounting.leave();
  expect(accounting.equation(0, 0)).toMatchObject({ open: 0, unaccounted: 0 });
});

it('does not hold when a call was answered and is nowhere, or is a row and never arrived', () => {
  const lost = new CallAccounting();
  lost.enter();
  lost.leave();
  expect(lost.equation(0, 0).unaccounted).toBe(1);
  expect(lost.equation(1, 0).unaccounted).toBe(0);
  const invented = new CallAccounting();
  invented.recorded(call);
  expect(invented.equation(0, 0).unaccounted).toBe(1);
});

it('waits for a row that may still be committed', () => {
  const accounting = new CallAccounting();
  accounting.enter();
  accounting.undecided(call, 1);
  accounting.leave();
  expect(accounting.equation(0, 0)).toMatchObject({ open: 1, unaccounted: 0 });
  accounting.undecided(call, -1);
  expect(accounting.equation(0, 0).unaccounted).toBe(1);
  expect(accounting.equation(1, 0).unaccounted).toBe(0);
});

it('counts a summarised call once, whether it entered or was turned away at the door', () => {
  const accounting = new CallAccounting();
  accounting.turnedAway();
  accounting.enter();
  accounting.turnedAway();
  accounting.summarisedInside();
  accounting.leave();
  expect(accounting.equation(0, 2)).toMatchObject({ received: 2, open: 0, unaccounted: 0 });
});

it('has nothing to do with rows that are no calls', () => {
  const accounting = new CallAccounting();
  accounting.recorded({ event: 'tool_call.completed' } as never);
  expect(accounting.equation(0, 0)).toMatchObject({ recorded: 0, unaccounted: 0 });
});
