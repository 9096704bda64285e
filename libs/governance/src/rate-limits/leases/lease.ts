import type { SlidingWindow } from '../sliding-window.ts';

/** From being asked for on; what is left of a lease then is not used any more. */
export const LEASE_MS = 15_000;
/** A lease that nobody used for so long is given back. */
const IDLE_MS = 5000;
/** How long "nothing is left" is believed before the database is asked again. */
const BELIEF_MS = 500;

/** What a server tells of a budget, and how many calls it wants. */
export interface LeaseWish {
  readonly key: string;
  readonly limit: number;
  readonly held: number;
  readonly want: number;
  readonly ages: readonly number[];
  readonly counts: readonly number[];
}

/** What the database grants. */
export interface LeaseAnswer {
  readonly granted: number;
  /** What is left for all servers beyond what is held. */
  readonly free: number;
  /** Milliseconds until something may be free again. */
  readonly waitMs: number;
}

/** The share of one budget that this process may use without asking. Times are monotonic milliseconds. */
export class Lease {
  readonly key: string;
  /** What this process itself used. */
  window: SlidingWindow;
  limit: number;
  readonly #now: () => number;
  #held = 0;
  #free = 0;
  #untilMs = 0;
  #waiting = 0;
  #asked = false;
  #askedAtMs = 0;
  #usedAtMs: number;
  #nothingUntilMs = 0;
  #retryAtMs = 0;

  constructor(key: string, window: SlidingWindow, limit: number, now: () => number) {
    this.key = key;
    this.window = window;
    this.limit = limit;
    this.#now = now;
    this.#usedAtMs = now();
  }

  ready(): boolean {
    return this.#held > 0 && this.#now() < this.#untilMs;
  }

  /** The database said a moment ago that nothing is left. */
  usedUp(): boolean {
    return this.#held === 0 && this.#now() < this.#nothingUntilMs;
  }

  take(): void {
    this.#held -= 1;
    this.#usedAtMs = this.#now();
  }

  /** Calls that are left, as far as this process knows. */
  left(): number {
    return this.#held + this.#free;
  }

  retryAfterMs(): number {
    return Math.max(1, Math.ceil(this.#retryAtMs - this.#now()));
  }

  wait(): void {
    this.#waiting += 1;
  }

  /** Whether it is time to ask for more, before anybody has to wait. */
  low(): boolean {
    const nowMs = this.#now();
    if (this.#asked || nowMs < this.#nothingUntilMs) return false;
    return this.#held <= this.#block() / 2 || this.#untilMs - nowMs < LEASE_MS / 3;
  }

  /** Held for nothing. */
  idle(): boolean {
    return this.#held > 0 && this.#waiting === 0 && this.#now() - this.#usedAtMs > IDLE_MS;
  }

  /** Nothing in it, and not used for a minute. */
  forgotten(): boolean {
    return this.#held === 0 && !this.#asked && this.#now() - this.#usedAtMs > 60_000;
  }

  ask(wallMs: number): LeaseWish {
    const nowMs = this.#now();
    if (nowMs >= this.#untilMs || this.idle()) this.#held = 0;
    const idle = this.#waiting === 0 && nowMs - this.#usedAtMs > IDLE_MS;
    const want = idle ? 0 : Math.max(0, this.#waiting + this.#block() - this.#held);
    this.#waiting = 0;
    this.#asked = true;
    this.#askedAtMs = nowMs;
    const { ages, counts } = this.window.uses(wallMs);
    return { key: this.key, limit: this.limit, held: this.#held, want, ages, counts };
  }

  /** The last thing said of it: what was used, and that nothing is held any more. */
  release(wallMs: number): LeaseWish {
    this.#held = 0;
    const { ages, counts } = this.window.uses(wallMs);
    return { key: this.key, limit: this.limit, held: 0, want: 0, ages, counts };
  }

  answer({ granted, free, waitMs }: LeaseAnswer): void {
    this.#asked = false;
    this.#held += granted;
    this.#free = free;
    this.#untilMs = this.#askedAtMs + LEASE_MS;
    if (free > 0) return;
    const nowMs = this.#now();
    this.#nothingUntilMs = nowMs + Math.min(waitMs, BELIEF_MS);
    this.#retryAtMs = nowMs + waitMs;
  }

  /** The connection was lost, and with it perhaps what the database knew. */
  forfeit(): void {
    this.#asked = false;
    this.#held = 0;
    this.#free = 0;
    this.#untilMs = 0;
  }

  /** How many calls to hold: little, and of a busy budget what two seconds use. */
  #block(): number {
    return Math.min(this.limit, Math.ceil(this.limit / 30) + this.window.recent());
  }
}
