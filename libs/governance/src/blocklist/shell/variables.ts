import { HOLE } from './unknown.ts';

/** What a shell's variables are worth while we read a script; unset ones of the environment are unknown. */
export class Variables {
  readonly #values = new Map<string, string>();
  readonly #outer: Variables | null;

  constructor(outer: Variables | null, initial: Readonly<Record<string, string>> = {}) {
    this.#outer = outer;
    for (const name in initial) this.#values.set(name, initial[name]!);
  }

  get(name: string): string | undefined {
    return this.#values.get(name) ?? this.#outer?.get(name);
  }

  set(name: string, value: string): void {
    if (this.#values.size < 256) this.#values.set(name, value);
  }

  /** The value of `$name`: what was set in this script, else unknown. */
  read(name: string): string {
    return this.get(name) ?? HOLE;
  }
}
