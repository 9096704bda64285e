import { SlidingWindow } from './sliding-window.ts';

const SWEEP_EVERY_MS = 60_000;

/** How many rows a minute each key may cause, and all keys together. */
export class RowAllowance {
  readonly #all: SlidingWindow | null;
  readonly #allLimit: number;
  readonly #windows = new Map<string, SlidingWindow>();
  #sweptAtMs = 0;

  constructor(allLimit: number = Number.POSITIVE_INFINITY) {
    this.#allLimit = allLimit;
    this.#all = Number.isFinite(allLimit) ? new SlidingWindow() : null;
  }

  /** Takes one row from what `key` may cause; false when there is none left. A key that got none is not remembered. */
  take(key: string, limit: number, nowMs: number): boolean {
    this.#sweep(nowMs);
    if (this.#all !== null && this.#all.count(nowMs) >= this.#allLimit) return false;
    let window = this.#windows.get(key);
    if (window !== undefined && window.count(nowMs) >= limit) return false;
    if (window === undefined) {
      window = new SlidingWindow();
      this.#windows.set(key, window);
    }
    window.add(nowMs);
    this.#all?.add(nowMs);
    return true;
  }

  /** Whether `take` would be refused. Takes nothing. */
  isUsedUp(key: string, limit: number, nowMs: number): boolean {
    if (this.#all !== null && this.#all.count(nowMs) >= this.#allLimit) return true;
    return (this.#windows.get(key)?.count(nowMs) ?? 0) >= limit;
  }

  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < SWEEP_EVERY_MS) return;
    this.#sweptAtMs = nowMs;
    for (const [key, window] of this.#windows) if (window.count(nowMs) === 0) this.#windows.delete(key);
  }
}
