import { describe, expect, it } from 'vitest';
import type { Decision } from './decision.ts';
import { OpenCalls } from './open-calls.ts';

const HOUR_MS = 60 * 60_000;

describe('open calls', () => {
  it('are taken once, by the session and the task that they were decided for', () => {
    const calls = new OpenCalls();
    calls.add(aDecision({ task: 'one' }), 100, 0);
    expect(calls.take('other', 'one', 1)).toBeUndefined();
    expect(calls.take('session', 'two', 1)).toBeUndefined();
    expect(calls.take('session', 'one', 1)?.decision.context.taskId).toBe('one');
    expect(calls.take('session', 'one', 1)).toBeUndefined();
  });

  it.each([100, 100_000])('know their action and input again, which came in %i bytes', (bytes) => {
    const calls = new OpenCalls();
    calls.add(aDecision({ task: 'one', input: { path: '/a', mode: 1 } }), bytes, 0);
    const open = calls.take('session', 'one', 1)!;
    expect(open.isFor('Write', { mode: 1, path: '/a' })).toBe(true);
    expect(open.isFor('Write', { mode: 1, path: '/b' })).toBe(false);
    expect(open.isFor('Read', { mode: 1, path: '/a' })).toBe(false);
  });

  it('keep no large input', () => {
    const calls = new OpenCalls();
    calls.add(aDecision({ task: 'one', input: { content: 'x'.repeat(5000) } }), 5100, 0);
    expect(calls.take('session', 'one', 1)!.decision.call.input).toBeNull();
  });

  it('are forgotten after an hour', () => {
    const calls = new OpenCalls();
    calls.add(aDecision({ task: 'one' }), 100, 0);
    calls.add(aDecision({ task: 'two' }), 100, 1);
    expect(calls.take('session', 'one', HOUR_MS)).toBeUndefined();
    expect(calls.take('session', 'two', HOUR_MS)).toBeDefined();
  });

  it('give way from the oldest when there are more than 8,192', () => {
    const calls = new OpenCalls();
    for (let i = 0; i <= 8192; i += 1) calls.add(aDecision({ task: `task-${i}` }), 100, i);
    expect(calls.take('session', 'task-0', 9000)).toBeUndefined();
    expect(calls.take('session', 'task-1', 9000)).toBeDefined();
    expect(calls.take('session', 'task-8192', 9000)).toBeDefined();
  });

  it('of a task that was decided again outlive the first decision', () => {
    const calls = new OpenCalls();
    calls.add(aDecision({ task: 'again', input: 1 }), 100, 0);
    for (let i = 0; i < 8191; i += 1) calls.add(aDecision({ task: `task-${i}` }), 100, i);
    calls.add(aDecision({ task: 'again', input: 2 }), 100, 8192);
    expect(calls.take('session', 'again', 9000)?.isFor('Write', 2)).toBe(true);
  });
});

function aDecision({ task, input = null }: { task: string; input?: unknown }): Decision {
  return {
    context: { sessionId: 'session', taskId: task },
    call: { action: 'Write', input },
  } as unknown as Decision;
}
