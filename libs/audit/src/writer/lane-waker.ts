import { ENOUGH_ROWS } from './gathering.ts';
import type { Lane } from './lane.ts';

/** A batch that takes longer is slow: what came meanwhile waits for it no more. */
const SLOW_MS = 2;

type WokenLane = Pick<Lane, 'wake' | 'busySince' | 'gathering' | 'connected'>;

/**
 * Which lane is woken for a row. One that writes fast gathers what comes meanwhile into its next batch: two small batches
 * cost the database nearly twice what one of both costs. Another helps when it is slow, or when there is much: then one
 * that still gathers is told to go.
 */
export class LaneWaker {
  readonly #lanes: readonly WokenLane[];
  readonly #waiting: () => number;
  #timer: NodeJS.Timeout | undefined;

  /** `waiting`: how many rows no lane has taken yet. */
  constructor(lanes: readonly WokenLane[], waiting: () => number) {
    this.#lanes = lanes;
    this.#waiting = waiting;
  }

  wake(): void {
    if (this.#waiting() >= ENOUGH_ROWS) {
      const gathering = this.#lanes.find((lane) => lane.gathering !== null)?.gathering;
      if (gathering) {
        gathering.look();
        return;
      }
    } else if (this.#isWrittenSoon()) {
      this.#timer ??= setTimeout(() => this.#late(), SLOW_MS);
      return;
    }
    const free = this.#lanes.find(({ connected, busySince }) => connected && busySince === null);
    // Where none is free, those that are without a connection make one.
    if (free !== undefined) free.wake();
    else for (const lane of this.#lanes) lane.wake();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #isWrittenSoon(): boolean {
    const now = performance.now();
    return this.#lanes.some(({ busySince }) => busySince !== null && now - busySince < SLOW_MS);
  }

  #late(): void {
    this.#timer = undefined;
    if (this.#waiting() > 0) this.wake();
  }
}
