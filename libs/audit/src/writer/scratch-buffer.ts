const INITIAL_BYTES = 256 * 1024;

/**
 * One growing buffer that every statement of a lane is written into, so that a batch allocates next to nothing.
 * A slice is valid until the next `reset`; the driver copies parameters when it sends them.
 */
export class ScratchBuffer {
  #buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #position = 0;

  get position(): number {
    return this.#position;
  }

  /** Starts over, with room for `bytes`. Growing later would leave earlier slices behind. */
  reset(bytes: number): void {
    this.#position = 0;
    if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(bytes * 2);
  }

  int32(value: number): void {
    this.#position = this.#buffer.writeInt32BE(value, this.#position);
  }

  int64(value: bigint): void {
    this.#position = this.#buffer.writeBigInt64BE(value, this.#position);
  }

  bytes(source: Buffer, start: number, length: number): void {
    this.#position += source.copy(this.#buffer, this.#position, start, start + length);
  }

  /** The text's length in bytes, then its UTF-8. */
  sizedText(text: string): void {
    const written = this.#buffer.write(text, this.#position + 4);
    this.#buffer.writeInt32BE(written, this.#position);
    this.#position += 4 + written;
  }

  from(start: number): Buffer {
    return this.#buffer.subarray(start, this.#position);
  }
}
