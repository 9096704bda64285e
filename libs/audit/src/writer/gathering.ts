/** So many turns at most: whoever came first is not kept waiting by those who keep coming. */
const TURNS = 4;
/** So many rows are batch enough. */
export const ENOUGH_ROWS = 32;

/**
 * The beginning of a batch: over behind the current turn of the event loop, and behind those in which more rows came.
 * Callers who are answered together ask again together, and one batch of them costs less than several. No timer: a turn
 * without new rows ends it. Enough rows end it at once, in the middle of a turn that may bring a hundred: so the
 * database writes while the rest of them are judged.
 */
export class Gathering {
  readonly done: Promise<void>;
  readonly #waiting: () => number;
  readonly #end: () => void;
  #turns = 0;
  #before = 0;
  #isOver = false;

  constructor(waiting: () => number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.#waiting = waiting;
    this.#end = resolve;
    this.look();
    if (!this.#isOver) setImmediate(() => this.#turn());
  }

  /** To be called when rows have come. */
  look(): void {
    if (!this.#isOver && this.#waiting() >= ENOUGH_ROWS) this.#finish();
  }

  #turn(): void {
    if (this.#isOver) return;
    const now = this.#waiting();
    this.#turns += 1;
    const isEnough = now === this.#before || now >= ENOUGH_ROWS || this.#turns >= TURNS;
    this.#before = now;
    if (isEnough) this.#finish();
    else setImmediate(() => this.#turn());
  }

  #finish(): void {
    this.#isOver = true;
    this.#end();
  }
}
