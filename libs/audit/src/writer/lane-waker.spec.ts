import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ENOUGH_ROWS, Gathering } from './gathering.ts';
import { LaneWaker } from './lane-waker.ts';

class TestLane {
  connected = true;
  busySince: number | null = null;
  gathering: Gathering | null = null;
  woken = 0;
  wake(): void {
    this.woken += 1;
  }
}

let lanes: readonly [TestLane, TestLane];
let waiting: number;
let waker: LaneWaker;
const woken = () => lanes.map((lane) => lane.woken);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  lanes = [new TestLane(), new TestLane()];
  waiting = 1;
  waker = new LaneWaker(lanes, () => waiting);
});
afterEach(() => {
  waker.stop();
  vi.useRealTimers();
});

it('wakes one lane at once while none writes, and looks for one with a connection', () => {
  waker.wake();
  expect(woken()).toEqual([1, 0]);
  lanes[0].connected = false;
  waker.wake();
  expect(woken()).toEqual([1, 1]);
});

it('wakes all to make a connection where none has one', () => {
  for (const lane of lanes) lane.connected = false;
  waker.wake();
  expect(woken()).toEqual([1, 1]);
});

it('leaves a few rows to the lane that has just begun to write, and has them written when it is slow', () => {
  lanes[0].busySince = performance.now();
  waker.wake();
  waker.wake();
  vi.advanceTimersByTime(1);
  expect(woken()).toEqual([0, 0]);
  vi.advanceTimersByTime(1);
  expect(woken()).toEqual([0, 1]);
});

it('wakes another at once when one is slow already, and when there is much to write', () => {
  lanes[0].busySince = performance.now();
  waiting = ENOUGH_ROWS;
  waker.wake();
  expect(woken()).toEqual([0, 1]);
  waiting = 1;
  vi.advanceTimersByTime(2);
  waker.wake();
  expect(woken()).toEqual([0, 2]);
});

it('wakes nobody for rows that were taken meanwhile, and looks again while others come', () => {
  lanes[0].busySince = performance.now();
  waker.wake();
  waiting = 0;
  vi.advanceTimersByTime(2);
  expect(woken()).toEqual([0, 0]);
  waiting = 1;
  lanes[0].busySince = performance.now();
  waker.wake();
  vi.advanceTimersByTime(1);
  lanes[0].busySince = performance.now();
  vi.advanceTimersByTime(1);
  expect(woken()).toEqual([0, 0]);
  vi.advanceTimersByTime(2);
  expect(woken()).toEqual([0, 1]);
});

it('sends the lane that gathers when there is much, and wakes no other for it', async () => {
  lanes[0].busySince = performance.now();
  lanes[0].gathering = new Gathering(() => waiting);
  waiting = ENOUGH_ROWS;
  waker.wake();
  await lanes[0].gathering.done;
  lanes[0].gathering = null;
  expect(woken()).toEqual([0, 0]);
  waker.wake();
  expect(woken()).toEqual([0, 1]);
});
