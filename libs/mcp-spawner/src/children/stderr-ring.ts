const MAX_LINES = 256;
const MAX_LINE_CHARACTERS = 2_048;

export interface StderrLine {
  /** Counts up by one with each line of the server, from 1. */
  readonly seq: number;
  readonly at: number;
  readonly pid: number;
  readonly text: string;
}

/** The last lines that a server's children wrote to standard error: 256 of at most 2,048 characters. Tool data. */
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
    const isLong = line.text.length > MAX_LINE_CHARACTERS;
    const text = isLong ? `${line.text.slice(0, MAX_LINE_CHARACTERS)}…` : line.text;
    this.#lines.push({ ...line, seq: this.#lastSeq, text });
    if (this.#lines.length > MAX_LINES) {
      this.#lines.shift();
      this.#dropped += 1;
    }
  }
}
