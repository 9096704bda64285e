/**
 * A request that all who make it before it leaves share, one at a time: nobody gets an answer that is older than the
 * moment in which they asked.
 */
export class CoalescedRequest {
  readonly #send: () => Promise<void>;
  #next: Promise<void> | undefined;
  #sent: Promise<void> = Promise.resolve();

  constructor(send: () => Promise<void>) {
    this.#send = send;
  }

  /** @throws what sending it throws */
  make(): Promise<void> {
    this.#next ??= this.#afterThisOne();
    return this.#next;
  }

  async #afterThisOne(): Promise<void> {
    // Whoever made that one hears of its failure.
    await this.#sent.catch(() => undefined);
    this.#next = undefined;
    this.#sent = this.#send();
    await this.#sent;
  }
}
