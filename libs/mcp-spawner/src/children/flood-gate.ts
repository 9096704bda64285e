const WINDOW_MS = 1_000;

export interface FloodLimits {
  readonly lines: number;
  readonly bytes: number;
}

/** What a child may write in one second besides the answers to its calls. */
export const FLOOD_LIMITS: FloodLimits = { lines: 2_000, bytes: 8 * 1024 * 1024 };

/**
 * Counts what nobody asked for in windows of one second. `pauseMs` says for how long to stop reading: the pipe
 * then fills and holds the child back, so a flood costs its own child and nobody else.
 */
export class FloodGate {
  readonly #limits: FloodLimits;
  readonly #now: () => number;
  #windowStart = 0;
  #lines = 0;
  #bytes = 0;

  constructor(limits: FloodLimits = FLOOD_LIMITS, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  count(bytes: number): void {
    const now = this.#now();
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#lines = 0;
      this.#bytes = 0;
    }
    this.#lines += 1;
    this.#bytes += bytes;
  }

  /** 0 while the limits hold, else the rest of the window. */
  pauseMs(): number {
    if (this.#lines <= this.#limits.lines && this.#bytes <= this.#limits.bytes) return 0;
    return Math.max(0, this.#windowStart + WINDOW_MS - this.#now());
  }
}
