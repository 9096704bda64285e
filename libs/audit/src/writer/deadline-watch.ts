import type { PendingRow } from './pending-row.ts';

/** From being handed in to being denied for want of a row. */
export const RECORD_DEADLINE_MS = 2000;

/** Expires rows that were not committed in time. One timer for all, because rows expire in the order they came. */
export class DeadlineWatch {
  readonly #expire: (row: PendingRow) => void;
  /** Those before `#next` are let go of. */
  #rows: (PendingRow | undefined)[] = [];
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(expire: (row: PendingRow) => void) {
    this.#expire = expire;
  }

  add(row: PendingRow): void {
    this.#rows.push(row);
    this.#timer ??= setTimeout(() => this.#sweep(), RECORD_DEADLINE_MS);
  }

  /** Lets go of rows that were settled, so that they are not kept for their deadline's sake. */
  release(): void {
    while (this.#next < this.#rows.length && this.#rows[this.#next]!.state !== 'waiting') this.#pass();
    if (this.#next > 1024 || this.#next === this.#rows.length) {
      this.#rows = this.#rows.slice(this.#next);
      this.#next = 0;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #sweep(): void {
    const due = Date.now() - RECORD_DEADLINE_MS;
    while (this.#next < this.#rows.length) {
      const row = this.#rows[this.#next]!;
      if (row.state === 'waiting') {
        if (row.ms > due) break;
        this.#expire(row);
      }
      this.#pass();
    }
    this.release();
    const first = this.#rows[this.#next];
    this.#timer = first && setTimeout(() => this.#sweep(), Math.max(1, first.ms - due));
  }

  /** A row that stayed in the list until the list is cut would outlive a collection of the young, and cost one. */
  #pass(): void {
    this.#rows[this.#next] = undefined;
    this.#next += 1;
  }
}
