import { newId } from '@gatehouse/kernel';

/** Ids of log lines: UUIDv7 of the line's own moment, in order also within a millisecond. */
export class LineIds {
  #lastMs = -1;
  #number = 0;

  at(ms: number): string {
    const time = Math.max(0, Math.floor(ms));
    this.#number = time === this.#lastMs ? this.#number + 1 : 0;
    this.#lastMs = time;
    const hex = time.toString(16).padStart(12, '0').slice(-12);
    const number = Math.min(this.#number, 0xfff).toString(16).padStart(3, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7${number}${newId().slice(18)}`;
  }
}
