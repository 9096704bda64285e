/** As many as make a batch of rows. */
export const CALLS_OF_A_TURN = 32;

/**
 * So many calls are judged in one turn of the event loop; the others wait for the next turns, in their order. A turn can
 * bring as many calls as there are connections, and rows that were committed meanwhile, and answers that wait to be sent,
 * would have to wait until the last of them is judged.
 */
export class CallTurns {
  #entered = 0;
  #waiting: (() => void)[] = [];
  #isTurnAhead = false;

  /** Undefined where the call may be judged now; else it resolves in a later turn. */
  enter(): Promise<void> | undefined {
    if (this.#entered < CALLS_OF_A_TURN) {
      this.#entered += 1;
      this.#lookAhead();
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #lookAhead(): void {
    if (this.#isTurnAhead) return;
    this.#isTurnAhead = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isTurnAhead = false;
    const admitted = this.#waiting;
    this.#waiting = admitted.length > CALLS_OF_A_TURN ? admitted.splice(CALLS_OF_A_TURN) : [];
    this.#entered = admitted.length;
    if (admitted.length > 0) this.#lookAhead();
    for (const resolve of admitted) resolve();
  }
}
