import { expect, test, vi } from 'vitest';
import { OpenRequest } from './open-request.ts';
import type { UpstreamOutcome } from './upstream-call.ts';

const DONE: UpstreamOutcome = { kind: 'result', result: {} };

test('lets go of its call when it is settled', () => {
  const { signal } = new AbortController();
  const request = { method: 'tools/call', timeoutMs: 1_000, onNotification: () => {}, signal };
  const open = new OpenRequest(1, request, () => {}, { clockStarted: () => {}, gaveUp: () => {} });
  open.settle(DONE);
  expect(open.request).not.toBe(request);
  expect(open.request.onNotification).toBeUndefined();
});

test('is settled once, and gives nothing up afterwards', () => {
  const caller = new AbortController();
  const settled = vi.fn();
  const gaveUp = vi.fn();
  const request = { method: 'tools/call', timeoutMs: 1_000, signal: caller.signal };
  const open = new OpenRequest(1, request, settled, { clockStarted: () => {}, gaveUp });
  open.settle(DONE);
  open.settle({ kind: 'timeout' });
  caller.abort();
  expect(settled.mock.calls).toEqual([[DONE]]);
  expect(gaveUp).not.toHaveBeenCalled();
});

test('has no time limit while its caller is asked, and all of it afterwards', () => {
  const clockStarted = vi.fn();
  const request = { method: 'tools/call', timeoutMs: 1_000 };
  const open = new OpenRequest(1, request, () => {}, { clockStarted, gaveUp: () => {} });
  const resumeFirst = open.holdTimeout();
  const resumeSecond = open.holdTimeout();
  resumeFirst();
  expect(open.dueAt).toBe(Number.POSITIVE_INFINITY);
  const resumedAt = performance.now();
  resumeSecond();
  expect(open.dueAt).toBeGreaterThanOrEqual(resumedAt + 1_000);
  expect(clockStarted).toHaveBeenCalledTimes(2);
});
