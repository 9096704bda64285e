const MAX_LINES = 256;

export interface StderrLine {
  /** Counts up by one with each line of the server, from 1. */
  readonly seq: number;
  readonly at: number;
  readonly pid: number;
  readonly text: string;
}

/**
 * The last 256 lines that a server's children wrote to standard error. Tool data: whole, since of a secret that is cut in
 * two neither half is known again.
 */
export class StderrRing {
  readonly #lines: StderrLine[] = [];
  #dropped = 0;
  #lastSeq = 0;

  /** Lines that have left the ring. */
  get dropped(): number {
    return this.#dropped;
  }

  lines(): readonly StderrLine[] {
    return [...this.#lines];
  }

  push(line: Omit<StderrLine, 'seq'>): void {
    this.#lastSeq += 1;
    this.#lines.push({ ...line, seq: this.#lastSeq });
    if (this.#lines.length > MAX_LINES) {
      this.#lines.shift();
      this.#dropped += 1;
    }
  }
}
