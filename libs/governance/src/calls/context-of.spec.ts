import { isCorrelationId } from '@gatehouse/kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf, replacedIds, traceIdOf } from './context-of.ts';

const nobody = { ok: false, problem: 'missing' } as const;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('contextOf', () => {
  it('takes the three correlating ids from the client and nothing else', () => {
    const context = contextOf(nobody, {
      traceparent: `00-${TRACE}-00f067aa0ba902b7-01`,
      taskId: 'toolu_01',
      contextId: 'session-7',
    });
    expect(context).toMatchObject({
      traceId: TRACE,
      taskId: 'toolu_01',
      contextId: 'session-7',
      userId: 'anonymous',
      sessionId: 'none',
      clientId: 'none',
      role: 'anonymous',
    });
  });

  it.each([
    '',
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${TRACE}-00f067aa0ba902b7-01junk`,
    `${'a'.repeat(100_000)}`,
  ])('replaces the traceparent %.40s', (traceparent) => {
    expect(traceIdOf(traceparent)).toBeNull();
    expect(contextOf(nobody, { traceparent }).traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('never lets anything but the alphabet through, and keeps what it replaced, cut', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (taskId, contextId) => {
        const context = contextOf(nobody, { taskId, contextId });
        expect(isCorrelationId(context.taskId) && isCorrelationId(context.contextId)).toBe(true);
        const replaced = replacedIds({ taskId, contextId });
        if (context.taskId !== taskId && taskId !== '') expect(replaced.taskId).toBe(taskId.slice(0, 256));
      }),
    );
  });
});
