const TICK_MS = 10;

export interface TurnstileOptions {
  /** Who waits is let through at this rate, all lines together. */
  readonly perSecond: number;
  /** In all lines together; one line has half of them at most. */
  readonly places: number;
}

export interface Waiter {
  /** Whether it gave up: its turn goes to the next. */
  gone(): boolean;
  proceed(): void;
}

/** Lets those who wait through one at a time, the lines in turns, at a rate of its own whatever their number. */
export class Turnstile {
  readonly #perTick: number;
  readonly #places: number;
  readonly #lines = new Map<string, Waiter[]>();
  #waiting = 0;
  #ticking: NodeJS.Timeout | undefined;

  constructor({ perSecond, places }: TurnstileOptions) {
    this.#perTick = Math.max(1, Math.round((perSecond * TICK_MS) / 1000));
    this.#places = places;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** False where there is no place left. */
  wait(line: string, waiter: Waiter): boolean {
    const before = this.#lines.get(line) ?? [];
    if (this.#waiting >= this.#places || before.length >= this.#places / 2) return false;
    before.push(waiter);
    this.#lines.set(line, before);
    this.#waiting += 1;
    if (this.#ticking === undefined) {
      this.#ticking = setInterval(() => this.#tick(), TICK_MS);
      this.#ticking.unref();
    }
    return true;
  }

  #tick(): void {
    for (let turns = this.#perTick; turns > 0 && this.#waiting > 0; ) {
      const waiter = this.#next();
      if (waiter.gone()) continue;
      turns -= 1;
      waiter.proceed();
    }
    if (this.#waiting > 0) return;
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  /** Of the line that waited longest for its turn; that line goes behind the others. */
  #next(): Waiter {
    const [name, line] = this.#lines.entries().next().value!;
    const waiter = line.shift()!;
    this.#lines.delete(name);
    if (line.length > 0) this.#lines.set(name, line);
    this.#waiting -= 1;
    return waiter;
  }
}
