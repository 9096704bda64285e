import { type Clock, systemClock } from '@gatehouse/kernel';

/**
 * The time that credentials are checked against. It never goes back, and never stands still either: where the
 * wall clock is set back, it goes on at the speed of the monotonic one, so that a token still expires (threat T26).
 */
export class TokenClock implements Clock {
  #wallMs: number;
  #monotonicMs: number;

  constructor(
    private readonly wall: Clock = systemClock,
    private readonly monotonic: () => number = () => performance.now(),
  ) {
    this.#wallMs = wall.now();
    this.#monotonicMs = monotonic();
  }

  now(): number {
    const monotonicMs = this.monotonic();
    const elapsed = this.#wallMs + Math.max(0, monotonicMs - this.#monotonicMs);
    this.#wallMs = Math.max(elapsed, this.wall.now());
    this.#monotonicMs = monotonicMs;
    return this.#wallMs;
  }

  /** Milliseconds that no clock setting touches, for ages. */
  monotonicNow(): number {
    return this.monotonic();
  }
}
