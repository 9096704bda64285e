import type { Principal } from '@gatehouse/identity';
import { type JsonValue, RequestContext, type RequestContextFields } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import type { Decision } from './decision.ts';
import type { GovernedCall } from './governed-call.ts';
import { MOST_OPEN, OpenCalls } from './open-calls.ts';

const HOUR_MS = 60 * 60_000;
const principal = { sessionId: 'session', userId: 'maya' } as Principal;
const context = {
  userId: 'maya',
  sessionId: 'session',
  traceId: 'a'.repeat(32),
  contextId: 'context',
  clientId: 'client',
  role: 'user',
  agentId: null,
  rootSessionId: 'root',
  parentSpanId: 'b'.repeat(16),
} as Omit<RequestContextFields, 'taskId'>;
const LARGE = { content: 'x'.repeat(5000) };

function decisionOn(task: string, input: JsonValue = null): Decision {
  return {
    decision: 'allow',
    policy: 'default_allow',
    reason: 'All checks passed.',
    rules: [{ rule: 'scope', result: 'pass', detail: 'the role „user“ may', durationUs: 3 }],
    policyVersion: 'version',
    context: RequestContext.of({ ...context, taskId: task } as RequestContextFields),
    principal,
    credentialProblem: null,
    call: callOf('Write', input),
    rowId: 'row',
    commitment: 'commitment',
    budget: null,
  };
}

function callOf(action: string, input: JsonValue): GovernedCall {
  return { action, tool: action, server: null, input, cwd: '/home/maya' };
}

const taken = (calls: OpenCalls, task: string, nowMs = 1, of = principal, call = callOf('Write', null)) =>
  calls.take(of, task, call, nowMs);

describe('open calls', () => {
  it('are taken once, by the session and the task that they were decided for', () => {
    const calls = new OpenCalls();
    calls.add(decisionOn('one'), 100, 0);
    expect(taken(calls, 'one', 1, { ...principal, sessionId: 'other' } as Principal)).toBeUndefined();
    expect(taken(calls, 'two')).toBeUndefined();
    expect(taken(calls, 'one')).toMatchObject({ context: { taskId: 'one' } });
    expect(taken(calls, 'one')).toBeUndefined();
  });

  it.each([
    ['small', { path: '/ä', mode: 1 }],
    ['large', { ...LARGE, mode: 1 }],
  ])('are what was decided, with a %s input', (_size, input) => {
    const calls = new OpenCalls();
    const decided = decisionOn('one', input);
    calls.add(decided, 100, 0);
    const found = taken(calls, 'one', 1, principal, decided.call);
    expect(found).toEqual(decided);
    expect((found as Decision).context).toBeInstanceOf(RequestContext);
  });

  it.each([
    ['small', { path: '/a' }],
    ['large', LARGE],
  ])('know their action and input again, in whatever order its members come: %s', (_size, input) => {
    const again = (call: GovernedCall) => {
      const calls = new OpenCalls();
      calls.add(decisionOn('one', { mode: 1, ...input }), 100, 0);
      return taken(calls, 'one', 1, principal, call);
    };
    expect(again(callOf('Write', { ...input, mode: 1 }))).toMatchObject({ decision: 'allow' });
    expect(again(callOf('Write', { ...input, mode: 2 }))).toBe('changed');
    expect(again(callOf('Read', { ...input, mode: 1 }))).toBe('changed');
  });

  it('that do not fit are not kept: their rows are', () => {
    const calls = new OpenCalls();
    calls.add({ ...decisionOn('one'), reason: 'x'.repeat(5000) }, 100, 0);
    expect(taken(calls, 'one')).toBeUndefined();
  });

  it('are forgotten after an hour', () => {
    const calls = new OpenCalls();
    calls.add(decisionOn('one'), 100, 0);
    calls.add(decisionOn('two'), 100, 1);
    expect(taken(calls, 'one', HOUR_MS)).toBeUndefined();
    expect(taken(calls, 'two', HOUR_MS)).toBeDefined();
  });

  it('give way from the oldest when there are too many', () => {
    const calls = new OpenCalls();
    for (let i = 0; i <= MOST_OPEN; i += 1) calls.add(decisionOn(`task-${i}`), 100, i);
    expect(taken(calls, 'task-0', 9000)).toBeUndefined();
    expect(taken(calls, 'task-1', 9000)).toMatchObject({ context: { taskId: 'task-1' } });
    expect(taken(calls, `task-${MOST_OPEN}`, 9000)).toBeDefined();
  });

  it('of a task that was decided again outlive the first decision', () => {
    const calls = new OpenCalls();
    calls.add(decisionOn('again', 1), 100, 0);
    for (let i = 0; i < MOST_OPEN - 1; i += 1) calls.add(decisionOn(`task-${i}`), 100, i);
    calls.add(decisionOn('again', 2), 100, MOST_OPEN);
    expect(taken(calls, 'again', 9000, principal, callOf('Write', 2))).toMatchObject({ decision: 'allow' });
  });
});
