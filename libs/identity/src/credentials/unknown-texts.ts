const ENTRIES = 10_000;
const BELIEVED_MS = 30_000;

/**
 * Texts that no credential has, by their SHA-256: 30 s each, 10,000 at most, oldest out first. Good only as long as
 * somebody calls `forget` whenever there may be a credential that was not there before.
 */
export class UnknownTexts {
  readonly #texts = new Map<string, number>();
  #times = 0;

  constructor(private readonly monotonicNow: () => number) {}

  /** Changes with each `forget`: what was asked for before that is not worth remembering. */
  get times(): number {
    return this.#times;
  }

  has(digest: string): boolean {
    const addedAtMs = this.#texts.get(digest);
    if (addedAtMs === undefined) return false;
    if (this.monotonicNow() - addedAtMs < BELIEVED_MS) return true;
    this.#texts.delete(digest);
    return false;
  }

  /** `times` as it was when the question left. */
  add(digest: string, times: number): void {
    if (times !== this.#times) return;
    if (this.#texts.size >= ENTRIES) {
      for (const oldest of this.#texts.keys()) {
        this.#texts.delete(oldest);
        break;
      }
    }
    this.#texts.delete(digest);
    this.#texts.set(digest, this.monotonicNow());
  }

  forget(): void {
    this.#times += 1;
    this.#texts.clear();
  }

  get size(): number {
    return this.#texts.size;
  }
}
