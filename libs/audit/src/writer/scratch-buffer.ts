const INITIAL_BYTES = 256 * 1024;
/** Characters. */
const SHORT = 48;

/**
 * One growing buffer that every statement of a lane is written into, as PostgreSQL reads it, so that a batch allocates
 * next to nothing and is copied once. A slice is valid until the next `reset`: when the statement before is answered.
 */
export class ScratchBuffer {
  #buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #position = 0;

  /** Starts over, with room for `bytes`. Growing later would leave earlier slices behind. */
  reset(bytes: number): void {
    this.#position = 0;
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(bytes * 2);
  }

  byte(value: number): void {
    this.#position = this.#buffer.writeUInt8(value, this.#position);
  }

  int16(value: number): void {
    this.#position = this.#buffer.writeInt16BE(value, this.#position);
  }

  int32(value: number): void {
    this.#position = this.#buffer.writeInt32BE(value, this.#position);
  }

  int64(value: bigint): void {
    this.#position = this.#buffer.writeBigInt64BE(value, this.#position);
  }

  bytes(source: Buffer, start = 0, end = source.length): void {
    this.#position += source.copy(this.#buffer, this.#position, start, end);
  }

  /** ASCII text and the zero that ends it. */
  cstring(text: string): void {
    this.#position += this.#buffer.write(text, this.#position, 'latin1');
    this.byte(0);
  }

  /** The text's length in bytes, then its UTF-8. */
  sizedText(text: string): void {
    if (text.length <= SHORT && this.#shortAscii(text)) return;
    const written = this.#buffer.write(text, this.#position + 4);
    this.#buffer.writeInt32BE(written, this.#position);
    this.#position += 4 + written;
  }

  /** Ids and words: a call into the runtime for each costs more than their characters. False for other text. */
  #shortAscii(text: string): boolean {
    const buffer = this.#buffer;
    const start = this.#position + 4;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      buffer[start + i] = code;
    }
    buffer.writeInt32BE(text.length, this.#position);
    this.#position = start + text.length;
    return true;
  }

  /** The length of what `write` writes, then that. `own`: bytes of the length itself that count. */
  sized(write: () => void, own = 0): void {
    const start = this.#position;
    this.#position += 4;
    write();
    this.#buffer.writeInt32BE(this.#position - start - 4 + own, start);
  }

  written(): Buffer {
    return this.#buffer.subarray(0, this.#position);
  }
}
