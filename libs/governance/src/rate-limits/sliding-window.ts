const SLOTS = 61;
const WINDOW_SECONDS = 60;

/**
 * Counts events of the last minute in slots of a second. A slot leaves the window whole, a second late at most, so
 * no span of sixty seconds ever holds more than the limit.
 */
export class SlidingWindow {
  readonly #slots = new Uint32Array(SLOTS);
  #second = 0;
  #total = 0;

  /** How many events the window holds at `nowMs`. */
  count(nowMs: number): number {
    this.#advance(Math.floor(nowMs / 1000));
    return this.#total;
  }

  add(nowMs: number): void {
    this.#advance(Math.floor(nowMs / 1000));
    this.#slots[this.#second % SLOTS]! += 1;
    this.#total += 1;
  }

  /** What the window holds, by age in whole seconds. */
  uses(nowMs: number): { readonly ages: number[]; readonly counts: number[] } {
    this.#advance(Math.floor(nowMs / 1000));
    const ages: number[] = [];
    const counts: number[] = [];
    for (let age = 0; age <= Math.min(WINDOW_SECONDS, this.#second); age += 1) {
      const count = this.#slots[(this.#second - age) % SLOTS]!;
      if (count === 0) continue;
      ages.push(age);
      counts.push(count);
    }
    return { ages, counts };
  }

  /** Events of the last second that had any, and of the one before it. */
  recent(): number {
    return this.#slots[this.#second % SLOTS]! + this.#slots[(this.#second + SLOTS - 1) % SLOTS]!;
  }

  /** Milliseconds from `nowMs` until at most `limit - 1` events are left. */
  waitMs(limit: number, nowMs: number): number {
    let left = this.count(nowMs);
    for (let second = this.#second - WINDOW_SECONDS; second <= this.#second; second += 1) {
      if (left < limit) break;
      if (second >= 0) left -= this.#slots[second % SLOTS]!;
      if (left < limit) return Math.max(1, (second + WINDOW_SECONDS + 1) * 1000 - nowMs);
    }
    return left < limit ? 0 : WINDOW_SECONDS * 1000;
  }

  /** Time that went back is taken as standing still (threat T26). */
  #advance(second: number): void {
    if (second <= this.#second) return;
    const steps = Math.min(second - this.#second, SLOTS);
    for (let i = 1; i <= steps; i += 1) {
      const slot = (this.#second + i) % SLOTS;
      this.#total -= this.#slots[slot]!;
      this.#slots[slot] = 0;
    }
    if (steps === SLOTS) this.#slots.fill(0);
    this.#second = second;
  }
}
