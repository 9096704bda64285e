import type { RequestContext } from '@gatehouse/kernel';
import type { PendingRow } from './pending-row.ts';
import { BATCH_BYTES, BATCH_ROWS, RowQueue } from './row-queue.ts';

const UNKNOWN_QUEUE_BYTES = 4 * 1024 * 1024;
/** What callers without a valid credential get of a batch that others wait for too. */
const SHARE_ROWS = 8;
const SHARE_BYTES = 128 * 1024;
/** What they get of a batch that is theirs alone: small, so that it is soon out of the way. */
const ALONE_ROWS = 64;
const ALONE_BYTES = 512 * 1024;

/**
 * Two lines before the same lanes: rows of callers without a valid credential wait in one of their own, which is
 * short and has a small share of each batch, so that no number of them delays anybody else (threat T6).
 */
export class TwoQueues {
  readonly #known = new RowQueue();
  readonly #unknown = new RowQueue(UNKNOWN_QUEUE_BYTES);

  get size(): number {
    return this.#known.size + this.#unknown.size;
  }

  /** False when the line that it belongs to is full. */
  push(row: PendingRow): boolean {
    return this.#lineOf(row).push(row);
  }

  putBack(rows: readonly PendingRow[]): void {
    this.#known.putBack(rows.filter((row) => this.#lineOf(row) === this.#known));
    this.#unknown.putBack(rows.filter((row) => this.#lineOf(row) === this.#unknown));
  }

  /** At most one batch. */
  take(): PendingRow[] {
    if (this.#unknown.size === 0) return this.#known.take(BATCH_ROWS, BATCH_BYTES);
    const known = this.#known.take(BATCH_ROWS - SHARE_ROWS, BATCH_BYTES - SHARE_BYTES);
    if (known.length === 0) return this.#unknown.take(ALONE_ROWS, ALONE_BYTES);
    return [...known, ...this.#unknown.take(SHARE_ROWS, SHARE_BYTES)];
  }

  #lineOf({ entry }: PendingRow): RowQueue {
    return isUnknownCaller(entry.context) ? this.#unknown : this.#known;
  }
}

/** By what stands on the row of a caller without a valid credential, whichever door wrote it. */
function isUnknownCaller({ userId, sessionId }: RequestContext): boolean {
  return userId === 'anonymous' && sessionId === 'none';
}
