import { backoffMs } from './backoff.ts';

/** A child that lived this long is no failure any more. */
const FORGET_MS = 60_000;
const MAX_KEYS = 10_000;

interface Failures {
  count: number;
  readonly retryAt: number;
  readonly cause: string;
}

/** How often the child behind each pool key failed in a row, and when it may be started again. */
export class FailureRecord {
  readonly #byKey = new Map<string, Failures>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** What keeps the child of a key from being started now: how long yet, and what went wrong last. */
  blocking(key: string): { readonly waitMs: number; readonly cause: string } | undefined {
    const failures = this.#current(key);
    if (failures === undefined) return undefined;
    const waitMs = failures.retryAt - this.#now();
    return waitMs > 0 ? { waitMs, cause: failures.cause } : undefined;
  }

  hasFailed(key: string): boolean {
    return this.#current(key) !== undefined;
  }

  record(key: string, cause: string): void {
    const count = (this.#current(key)?.count ?? 0) + 1;
    this.#byKey.delete(key);
    this.#byKey.set(key, { count, cause, retryAt: this.#now() + backoffMs(count) });
    if (this.#byKey.size <= MAX_KEYS) return;
    for (const oldest of this.#byKey.keys()) {
      this.#byKey.delete(oldest);
      break;
    }
  }

  forget(matches: (key: string) => boolean): void {
    for (const key of this.#byKey.keys()) if (matches(key)) this.#byKey.delete(key);
  }

  #current(key: string): Failures | undefined {
    const failures = this.#byKey.get(key);
    if (failures !== undefined && this.#now() - failures.retryAt > FORGET_MS) {
      this.#byKey.delete(key);
      return undefined;
    }
    return failures;
  }
}
