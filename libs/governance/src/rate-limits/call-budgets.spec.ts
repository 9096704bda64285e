import type { RateLimitsPolicy } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import type { Role, SessionId, UserId } from '@gatehouse/kernel';
import { describe, expect, it } from 'vitest';
import type { BudgetState } from './budget.ts';
import { CallBudgets } from './call-budgets.ts';

const policy: RateLimitsPolicy = {
  perMinute: 300,
  userSessions: 4,
  multipliers: { admin: 10, user: 1, service: 5, a2a: 5, mcp: 5, anonymous: 0.5 },
};
const START = 1_800_000_000_250;

function aPrincipal(session: string, root = session, role: Role = 'user'): Principal {
  return {
    kind: 'access_token',
    userId: 'maya' as UserId,
    sessionId: session as SessionId,
    rootSessionId: root as SessionId,
    role,
  } as Principal;
}

/** Without leases the answer is there at once. */
function take(budgets: CallBudgets, principal: Principal, ms: number): BudgetState {
  const state = budgets.take(principal, policy, ms);
  if (state instanceof Promise) throw new Error('nothing to wait for');
  return state;
}

/** How many of `n` calls at `ms` are granted. */
function granted(budgets: CallBudgets, principal: Principal, n: number, ms: number): number {
  return Array.from({ length: n }, () => take(budgets, principal, ms)).filter((state) => state.granted)
    .length;
}

describe('the budget of calls a minute', () => {
  it.each([
    ['admin', 3000],
    ['user', 300],
    ['service', 1500],
    ['a2a', 1500],
    ['mcp', 1500],
    ['anonymous', 150],
  ] as const)('is %s: %i for a session', (role, limit) => {
    expect(granted(new CallBudgets(), aPrincipal('a', 'a', role), limit + 50, START)).toBe(limit);
  });

  it('is shared by a root session and what was delegated from it', () => {
    const budgets = new CallBudgets();
    expect(granted(budgets, aPrincipal('agent-1', 'root'), 200, START)).toBe(200);
    expect(granted(budgets, aPrincipal('agent-2', 'root'), 200, START)).toBe(100);
    expect(granted(budgets, aPrincipal('root', 'root'), 10, START)).toBe(0);
  });

  it('is four sessions full for a user, however many sessions there are', () => {
    const budgets = new CallBudgets();
    const total = Array.from({ length: 20 }, (_, i) => granted(budgets, aPrincipal(`s${i}`), 300, START));
    expect(total.reduce((sum, n) => sum + n, 0)).toBe(1200);
  });

  it.each(['192.0.2.7', '::ffff:192.0.2.8'])(
    'is one for callers of role anonymous in one network: %s',
    (address) => {
      const budgets = new CallBudgets();
      const take = (user: string, from: string) =>
        Array.from({ length: 100 }, () =>
          budgets.take(
            { ...aPrincipal(`s-${user}`, `s-${user}`, 'anonymous'), userId: user as UserId },
            policy,
            START,
            from,
          ),
        ).filter((state) => 'granted' in state && state.granted).length;
      expect([take('a', '192.0.2.1'), take('b', address), take('c', '198.51.100.1')]).toEqual([100, 50, 100]);
    },
  );

  it('remembers a bounded number of networks, and lets the rest share one budget', () => {
    const budgets = new CallBudgets();
    const states = Array.from({ length: 12_000 }, (_, i) =>
      budgets.takeUnknown(policy, START, `10.${i >> 8}.${i & 255}.1`),
    );
    expect(states.filter((state) => state.granted).length).toBe(10_000 + 150);
  });

  it('slides: no span of sixty seconds holds more than the limit', () => {
    const budgets = new CallBudgets();
    const principal = aPrincipal('a');
    const times: number[] = [];
    for (let ms = START; ms < START + 200_000; ms += 130) {
      if (take(budgets, principal, ms).granted) times.push(ms);
    }
    for (const [i, ms] of times.entries()) {
      expect(times.slice(i).filter((later) => later < ms + 60_000).length).toBeLessThanOrEqual(300);
    }
    expect(times.length).toBeGreaterThan(850);
  });

  it('says when the next call is free, and keeps its word', () => {
    const budgets = new CallBudgets();
    const principal = aPrincipal('a');
    granted(budgets, principal, 150, START);
    granted(budgets, principal, 150, START + 20_000);
    const { retryAfterMs } = take(budgets, principal, START + 30_000);
    expect(take(budgets, principal, START + 30_000 + retryAfterMs - 1).granted).toBe(false);
    expect(take(budgets, principal, START + 30_000 + retryAfterMs).granted).toBe(true);
  });

  it('takes nothing for a call that it refuses', () => {
    const budgets = new CallBudgets();
    const principal = aPrincipal('a');
    granted(budgets, principal, 5000, START);
    expect(granted(budgets, principal, 300, START + 61_000)).toBe(300);
  });

  it('does not open when the clock goes back', () => {
    const budgets = new CallBudgets();
    granted(budgets, aPrincipal('a'), 300, START);
    expect(granted(budgets, aPrincipal('a'), 10, START - 3_600_000)).toBe(0);
  });
});
