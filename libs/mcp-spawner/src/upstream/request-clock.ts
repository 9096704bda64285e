import type { OpenRequest } from './open-request.ts';

/** Says whose time is over: one timer for all that a child has open, however many come and go. */
export class RequestClock {
  readonly #open: () => Iterable<OpenRequest>;
  readonly #expired: (request: OpenRequest) => void;
  #timer: NodeJS.Timeout | undefined;
  #looksAt = Number.POSITIVE_INFINITY;

  constructor(open: () => Iterable<OpenRequest>, expired: (request: OpenRequest) => void) {
    this.#open = open;
    this.#expired = expired;
  }

  /** Sees to it that somebody looks at that `performance.now()`. */
  lookAt(dueAt: number): void {
    if (dueAt >= this.#looksAt) return;
    clearTimeout(this.#timer);
    this.#looksAt = dueAt;
    this.#timer = setTimeout(() => this.#look(), Math.max(1, Math.ceil(dueAt - performance.now()))).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#looksAt = Number.POSITIVE_INFINITY;
  }

  #look(): void {
    this.#looksAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const one of this.#open()) {
      if (one.dueAt <= now) this.#expired(one);
      else next = Math.min(next, one.dueAt);
    }
    if (next < Number.POSITIVE_INFINITY) this.lookAt(next);
  }
}
