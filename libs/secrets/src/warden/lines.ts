const NEWLINE = 0x0a;

/**
 * Cuts what comes into lines of at most `maxBytes`. Of a longer one only the first and last bytes are kept, for
 * `oversized` to say whose it was.
 */
export class Lines {
  readonly #maxBytes: number;
  readonly #line: (line: Buffer) => void;
  readonly #oversized: (head: Buffer, tail: Buffer) => void;
  #parts: Buffer[] = [];
  #held = 0;
  #over: { readonly head: Buffer; tail: Buffer } | undefined;

  constructor(
    maxBytes: number,
    line: (line: Buffer) => void,
    oversized: (head: Buffer, tail: Buffer) => void,
  ) {
    this.#maxBytes = maxBytes;
    this.#line = line;
    this.#oversized = oversized;
  }

  /** Whether the line that is being read is too long already: nothing of it is kept. */
  get isWithholding(): boolean {
    return this.#over !== undefined;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, at));
      this.#finish();
      from = at + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  /** What stands behind the last line break. */
  end(): void {
    if (this.#held > 0 || this.#over !== undefined) this.#finish();
  }

  #hold(part: Buffer): void {
    if (this.#over !== undefined) {
      this.#over.tail = Buffer.from(Buffer.concat([this.#over.tail, part]).subarray(-64));
      return;
    }
    this.#parts.push(part);
    this.#held += part.length;
    if (this.#held <= this.#maxBytes) return;
    const whole = Buffer.concat(this.#parts);
    this.#over = { head: Buffer.from(whole.subarray(0, 128)), tail: Buffer.from(whole.subarray(-64)) };
    this.#parts = [];
    this.#held = 0;
  }

  #finish(): void {
    const over = this.#over;
    const line = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#held = 0;
    this.#over = undefined;
    if (over !== undefined) this.#oversized(over.head, over.tail);
    else if (line.length > 0) this.#line(line);
  }
}
