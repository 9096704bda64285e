import type { RateLimitsPolicy } from '@gatehouse/config';
import { addressPrefix, type Principal } from '@gatehouse/identity';
import type { BudgetState } from './budget.ts';
import type { CallLeases } from './leases/call-leases.service.ts';
import type { Lease } from './leases/lease.ts';
import { SlidingWindow } from './sliding-window.ts';

/** Networks counted apart at one time; any more share one budget. */
const MAX_NETWORKS = 10_000;
const SWEEP_EVERY_MS = 60_000;
/** Waits for a lease end here, in turns: each is one answer of the database. */
const MAX_TURNS = 5;

interface Ceiling {
  readonly name: BudgetState['ceiling'];
  readonly key: string;
  readonly window: SlidingWindow;
  readonly limit: number;
}

/**
 * Tool calls a minute: for each session, for each root session (so that agents and refreshed tokens share one
 * budget), and for each user a multiple of it; callers of role anonymous count by their network too (threat T7).
 * With `leases` every process on the same database shares these budgets.
 */
export class CallBudgets {
  readonly #windows = new Map<string, SlidingWindow>();
  readonly #networks = new Map<string, SlidingWindow>();
  readonly #leases: CallLeases | null;
  #sweptAtMs = 0;

  constructor(leases: CallLeases | null = null) {
    this.#leases = leases;
  }

  /**
   * Takes one call from the principal's budget. A call that is refused for rate takes nothing. A promise only where
   * a lease has to be had first.
   */
  take(
    principal: Principal,
    policy: RateLimitsPolicy,
    nowMs: number,
    remoteAddress = '',
  ): BudgetState | Promise<BudgetState> {
    this.#sweep(nowMs);
    const ceilings = this.#ceilingsOf(principal, policy, remoteAddress);
    return this.#takeFrom(ceilings, nowMs, MAX_TURNS);
  }

  /** Takes one request without a valid credential from its network's budget. Of this process alone. */
  takeUnknown(policy: RateLimitsPolicy, nowMs: number, remoteAddress: string): BudgetState {
    this.#sweep(nowMs);
    const ceilings = [this.#network(policy, remoteAddress)];
    const state = tightest(ceilings, nowMs);
    return state.remaining <= 0 ? state : grant(ceilings, state, nowMs);
  }

  #takeFrom(ceilings: readonly Ceiling[], nowMs: number, turns: number): BudgetState | Promise<BudgetState> {
    const state = tightest(ceilings, nowMs);
    if (state.remaining <= 0) return state;
    if (this.#leases === null) return grant(ceilings, state, nowMs);
    const leases = this.#leases.of(ceilings);
    const used = leases.findIndex((lease) => lease.usedUp());
    if (used >= 0) return refusal(ceilings[used]!, leases[used]!);
    if (leases.every((lease) => lease.ready())) {
      for (const lease of leases) lease.take();
      this.#leases.refillAhead(leases);
      let left = Number.POSITIVE_INFINITY;
      for (const lease of leases) left = Math.min(left, lease.left());
      return grant(ceilings, state, nowMs, left);
    }
    if (turns === 0) return unverified(state);
    return this.#leases.refill(leases).then(
      () => this.#takeFrom(ceilings, nowMs, turns - 1),
      () => unverified(state),
    );
  }

  #ceilingsOf(principal: Principal, policy: RateLimitsPolicy, remoteAddress: string): Ceiling[] {
    const limit = limitOf(policy, principal.role);
    const { sessionId, rootSessionId, userId } = principal;
    const ceilings = [this.#ceiling('session', `s:${sessionId}`, limit)];
    if (rootSessionId !== sessionId)
      ceilings.push(this.#ceiling('root session', `s:${rootSessionId}`, limit));
    ceilings.push(this.#ceiling('user', `u:${userId}`, Math.max(1, Math.floor(limit * policy.userSessions))));
    if (principal.role === 'anonymous') ceilings.push(this.#network(policy, remoteAddress));
    return ceilings;
  }

  #network(policy: RateLimitsPolicy, remoteAddress: string): Ceiling {
    const prefix = `n:${addressPrefix(remoteAddress)}`;
    const full = this.#networks.size >= MAX_NETWORKS && !this.#networks.has(prefix);
    const key = full ? 'n:other' : prefix;
    return {
      name: 'network',
      key,
      window: windowOf(this.#networks, key),
      limit: limitOf(policy, 'anonymous'),
    };
  }

  #ceiling(name: BudgetState['ceiling'], key: string, limit: number): Ceiling {
    return { name, key, window: windowOf(this.#windows, key), limit };
  }

  /** Forgets windows that are empty, so that memory follows the callers of the last minute. */
  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    for (const windows of [this.#windows, this.#networks]) {
      for (const [key, window] of windows) if (window.count(nowMs) === 0) windows.delete(key);
    }
  }
}

function windowOf(windows: Map<string, SlidingWindow>, key: string): SlidingWindow {
  let window = windows.get(key);
  if (window === undefined) {
    window = new SlidingWindow();
    windows.set(key, window);
  }
  return window;
}

/** Calls a minute of one session of this role. */
export function limitOf(policy: RateLimitsPolicy, role: Principal['role']): number {
  return Math.max(1, Math.floor(policy.perMinute * policy.multipliers[role]));
}

function tightest(ceilings: readonly Ceiling[], nowMs: number): BudgetState {
  let tightest = stateOf(ceilings[0]!, nowMs);
  for (let i = 1; i < ceilings.length; i += 1) {
    const state = stateOf(ceilings[i]!, nowMs);
    if (state.remaining < tightest.remaining || state.retryAfterMs > tightest.retryAfterMs) tightest = state;
  }
  return tightest;
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

/** `left`: what the leases have left, where there are any. */
function grant(
  ceilings: readonly Ceiling[],
  { limit, remaining, retryAfterMs, ceiling }: BudgetState,
  nowMs: number,
  left = Number.POSITIVE_INFINITY,
): BudgetState {
  for (const { window } of ceilings) window.add(nowMs);
  return { limit, remaining: Math.min(remaining - 1, left), retryAfterMs, granted: true, ceiling };
}

function refusal({ name, limit }: Ceiling, lease: Lease): BudgetState {
  return { limit, remaining: 0, retryAfterMs: lease.retryAfterMs(), granted: false, ceiling: name };
}

function unverified(state: BudgetState): BudgetState {
  return { ...state, granted: false, remaining: 0, retryAfterMs: 1000, unverified: true };
}
