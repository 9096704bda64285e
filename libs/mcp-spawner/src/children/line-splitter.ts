const NEWLINE = 0x0a;
const HEAD_BYTES = 128;
const TAIL_BYTES = 64;
/** A child that writes byte by byte must not cost a buffer for each. */
const MAX_PARTS = 1_024;

export interface LineListener {
  /** One line without its newline, at most `maxBytes` long. */
  line(bytes: Buffer): void;
  /** A line that was longer: only its first and last bytes were kept. */
  oversized(head: Buffer, tail: Buffer): void;
}

/** Cuts a byte stream into lines and never holds more than `maxBytes` of an unfinished one. */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #listener: LineListener;
  #parts: Buffer[] = [];
  #held = 0;
  #overflow: { head: Buffer; tail: Buffer } | undefined;

  constructor(maxBytes: number, listener: LineListener) {
    this.#maxBytes = maxBytes;
    this.#listener = listener;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, from);
      if (newline < 0) break;
      this.#finish(chunk.subarray(from, newline));
      from = newline + 1;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
  }

  #finish(last: Buffer): void {
    if (this.#overflow !== undefined) {
      this.#extendTail(last);
      const { head, tail } = this.#overflow;
      this.#overflow = undefined;
      this.#listener.oversized(head, tail);
      return;
    }
    if (this.#held + last.length > this.#maxBytes) {
      const whole = Buffer.concat([...this.#parts, last]);
      this.#parts = [];
      this.#held = 0;
      this.#listener.oversized(whole.subarray(0, HEAD_BYTES), whole.subarray(-TAIL_BYTES));
      return;
    }
    const line = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#held = 0;
    if (line.length > 0) this.#listener.line(line);
  }

  #hold(part: Buffer): void {
    if (this.#overflow !== undefined) {
      this.#extendTail(part);
      return;
    }
    this.#parts.push(part);
    this.#held += part.length;
    if (this.#parts.length >= MAX_PARTS) this.#parts = [Buffer.concat(this.#parts)];
    if (this.#held <= this.#maxBytes) return;
    const whole = Buffer.concat(this.#parts);
    this.#overflow = {
      head: Buffer.from(whole.subarray(0, HEAD_BYTES)),
      tail: Buffer.from(whole.subarray(-TAIL_BYTES)),
    };
    this.#parts = [];
    this.#held = 0;
  }

  #extendTail(part: Buffer): void {
    if (this.#overflow === undefined) return;
    const joined = Buffer.concat([this.#overflow.tail, part.subarray(-TAIL_BYTES)]);
    this.#overflow.tail = Buffer.from(joined.subarray(-TAIL_BYTES));
  }
}
