import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OpenRequest } from './open-request.ts';
import { RequestClock } from './request-clock.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A clock over requests with these limits, and the ids of those whose time was over, in order. */
function aClock(...limitsMs: readonly number[]) {
  const expired: number[] = [];
  const open = new Map<number, OpenRequest>();
  const clock = new RequestClock(
    () => open.values(),
    ({ id }) => {
      expired.push(id);
      open.delete(id);
    },
  );
  const host = { clockStarted: (dueAt: number) => clock.lookAt(dueAt), gaveUp: () => {} };
  limitsMs.forEach((timeoutMs, id) => {
    open.set(id, new OpenRequest(id, { method: 'tools/call', timeoutMs }, () => {}, host));
  });
  return { open, expired };
}

test('ends each request when its own time is over, the one with less time first', () => {
  const { expired } = aClock(500, 100, 300);
  vi.advanceTimersByTime(99);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual([1]);
  vi.advanceTimersByTime(400);
  expect(expired).toEqual([1, 2, 0]);
});

test('runs one timer, however many requests there are', () => {
  const { open } = aClock(...Array.from({ length: 50 }, () => 1_000));
  expect(vi.getTimerCount()).toBe(1);
  open.clear();
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('leaves out a request whose clock stands', () => {
  const { open, expired } = aClock(100, 200);
  const resume = open.get(0)!.holdTimeout();
  vi.advanceTimersByTime(1_000);
  expect(expired).toEqual([1]);
  resume();
  vi.advanceTimersByTime(100);
  expect(expired).toEqual([1, 0]);
});
