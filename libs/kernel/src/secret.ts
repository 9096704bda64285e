import { inspect } from 'node:util';

/** A value that does not print, log or serialise. `reveal()` is the one way to it, so that each use can be found. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  /** What is made of it is as secret. */
  map<U>(make: (value: T) => U): Secret<U> {
    return new Secret(make(this.#value));
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
