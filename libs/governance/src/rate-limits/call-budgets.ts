import type { RateLimitsPolicy } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import type { BudgetState } from './budget.ts';
import { SlidingWindow } from './sliding-window.ts';

const SWEEP_EVERY_MS = 60_000;

interface Ceiling {
  readonly name: BudgetState['ceiling'];
  readonly window: SlidingWindow;
  readonly limit: number;
}

/**
 * Tool calls a minute: for each session, for each root session (so that agents and refreshed tokens share one
 * budget), and for each user a multiple of it (threat T7).
 */
export class CallBudgets {
  readonly #windows = new Map<string, SlidingWindow>();
  #sweptAtMs = 0;

  /** Takes one call from the principal's budget. A call that is refused for rate takes nothing. */
  take(principal: Principal, policy: RateLimitsPolicy, nowMs: number): BudgetState {
    this.#sweep(nowMs);
    const ceilings = this.#ceilingsOf(principal, policy);
    let tightest = stateOf(ceilings[0]!, nowMs);
    for (const ceiling of ceilings.slice(1)) {
      const state = stateOf(ceiling, nowMs);
      if (state.remaining < tightest.remaining || state.retryAfterMs > tightest.retryAfterMs)
        tightest = state;
    }
    if (tightest.remaining <= 0) return tightest;
    for (const { window } of ceilings) window.add(nowMs);
    return { ...tightest, granted: true, remaining: tightest.remaining - 1 };
  }

  #ceilingsOf(principal: Principal, policy: RateLimitsPolicy): Ceiling[] {
    const limit = Math.max(1, Math.floor(policy.perMinute * policy.multipliers[principal.role]));
    const ceilings: Ceiling[] = [
      { name: 'session', window: this.#window(`s:${principal.sessionId}`), limit },
    ];
    if (principal.rootSessionId !== principal.sessionId) {
      ceilings.push({ name: 'root session', window: this.#window(`s:${principal.rootSessionId}`), limit });
    }
    ceilings.push({
      name: 'user',
      window: this.#window(`u:${principal.userId}`),
      limit: Math.max(1, Math.floor(limit * policy.userSessions)),
    });
    return ceilings;
  }

  #window(key: string): SlidingWindow {
    let window = this.#windows.get(key);
    if (window === undefined) {
      window = new SlidingWindow();
      this.#windows.set(key, window);
    }
    return window;
  }

  /** Forgets windows that are empty, so that memory follows the callers of the last minute. */
  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    for (const [key, window] of this.#windows) if (window.count(nowMs) === 0) this.#windows.delete(key);
  }
}

function stateOf({ name, window, limit }: Ceiling, nowMs: number): BudgetState {
  const remaining = Math.max(0, limit - window.count(nowMs));
  return {
    limit,
    remaining,
    retryAfterMs: remaining > 0 ? 0 : window.waitMs(limit, nowMs),
    granted: false,
    ceiling: name,
  };
}
