const MEMBERS = 4;

/** A text under construction, of parts that were copied and parts that were replaced. */
export class ReplacedText {
  /** Where in the outer text this one begins. */
  readonly start: number;
  replaced = false;
  #units: Uint16Array;
  #length = 0;
  /**
   * For each part whose length changed: where it begins here, from where to where it stood there, its units here.
   * Null where nobody will ask.
   */
  readonly #parts: number[] | null;

  constructor(start: number, options: { readonly capacity: number; readonly traced: boolean }) {
    this.start = start;
    this.#units = new Uint16Array(options.capacity);
    this.#parts = options.traced ? [] : null;
  }

  put(unit: number): void {
    if (this.#length === this.#units.length) this.#grow(1);
    this.#units[this.#length] = unit;
    this.#length += 1;
  }

  copy(text: string, from: number, to: number): void {
    if (to <= from) return;
    this.#grow(to - from);
    const units = this.#units;
    let at = this.#length;
    for (let i = from; i < to; i += 1) {
      units[at] = text.charCodeAt(i);
      at += 1;
    }
    this.#length = at;
  }

  /** From here on `put` adds the `units` that the part `from`–`to` of the outer text stands for. */
  replace(from: number, to: number, units: number): void {
    this.replaced = true;
    if (this.#parts !== null && units !== to - from) this.#parts.push(this.#length, from, to, units);
  }

  text(): string {
    const { buffer, byteOffset } = this.#units;
    return Buffer.from(buffer, byteOffset, this.#length * 2).toString('utf16le');
  }

  /** Where the unit at `index` came from; inside a replaced part, in proportion. */
  originOf(index: number): number {
    const parts = this.#parts ?? [];
    let low = 0;
    let high = parts.length / MEMBERS;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (parts[middle * MEMBERS]! <= index) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return this.start + index;
    const at = (low - 1) * MEMBERS;
    const [from, to, units] = [parts[at + 1]!, parts[at + 2]!, parts[at + 3]!];
    const within = index - parts[at]!;
    if (within >= units) return to + within - units;
    return from + Math.floor((within * (to - from)) / units);
  }

  #grow(by: number): void {
    const needed = this.#length + by;
    if (needed <= this.#units.length) return;
    const more = new Uint16Array(Math.max(needed, this.#units.length * 2));
    more.set(this.#units);
    this.#units = more;
  }
}
