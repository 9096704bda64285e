import type { PendingRow } from './pending-row.ts';

export const BATCH_ROWS = 500;
export const BATCH_BYTES = 4 * 1024 * 1024;
/** What may wait in all. */
export const QUEUE_BYTES = 64 * 1024 * 1024;

/** Rows that wait for a lane, first in, first out. Bounded: what does not fit is refused at once. */
export class RowQueue {
  readonly #limit: number;
  #rows: PendingRow[] = [];
  #next = 0;
  #bytes = 0;

  constructor(limit: number = QUEUE_BYTES) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#rows.length - this.#next;
  }

  /** False when the queue is full. */
  push(row: PendingRow): boolean {
    if (this.#bytes + row.row.bytes > this.#limit) return false;
    this.#bytes += row.row.bytes;
    this.#rows.push(row);
    return true;
  }

  /** Puts rows that were taken back to the front, in their order. */
  putBack(rows: readonly PendingRow[]): void {
    this.#rows = [...rows, ...this.#rows.slice(this.#next)];
    this.#next = 0;
    for (const pending of rows) {
      pending.taken = false;
      this.#bytes += pending.row.bytes;
    }
  }

  /** At most so many rows that somebody still waits for; one of them may be larger than `maxBytes`. */
  take(maxRows: number, maxBytes: number): PendingRow[] {
    const taken: PendingRow[] = [];
    let bytes = 0;
    while (this.#next < this.#rows.length && taken.length < maxRows) {
      const pending = this.#rows[this.#next]!;
      if (taken.length > 0 && bytes + pending.row.bytes > maxBytes) break;
      this.#next += 1;
      this.#bytes -= pending.row.bytes;
      if (pending.state !== 'waiting') continue;
      bytes += pending.row.bytes;
      pending.taken = true;
      taken.push(pending);
    }
    if (this.#next === this.#rows.length || this.#next > 4096) {
      this.#rows = this.#rows.slice(this.#next);
      this.#next = 0;
    }
    return taken;
  }
}
