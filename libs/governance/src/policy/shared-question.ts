/**
 * A question that all who put it before it leaves share, one at a time: nobody gets an answer that is older than the
 * moment in which they asked.
 */
export class SharedQuestion {
  readonly #ask: () => Promise<void>;
  #next: Promise<void> | undefined;
  #asked: Promise<void> = Promise.resolve();

  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
  }

  /** @throws what the question throws */
  put(): Promise<void> {
    this.#next ??= this.#afterThisOne();
    return this.#next;
  }

  async #afterThisOne(): Promise<void> {
    await this.#asked.catch(() => undefined);
    this.#next = undefined;
    this.#asked = this.#ask();
    await this.#asked;
  }
}
