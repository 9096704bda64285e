/** The same numbers from the same seed (mulberry32): a generated log can be made again. */
export class SeededRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to 1, exclusive. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** The first of them most often, the last least: of n about 1/√n of the picks fall on the first. */
  skewed<T>(items: readonly T[]): T {
    return items[Math.floor(items.length * this.next() ** 2)]!;
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += (this.next() * 2 ** 32).toString(16).split('.')[0]!.padStart(8, '0');
    return text.slice(0, digits);
  }

  /** In the form of a UUID. */
  id(): string {
    return `${this.hex(8)}-${this.hex(4)}-7${this.hex(3)}-8${this.hex(3)}-${this.hex(12)}`;
  }
}
