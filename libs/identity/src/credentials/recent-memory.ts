/** How long an answer of the database may be believed, from the moment the question left. */
const BELIEVED_MS = 1000;
/** An answer in use is asked for anew in the background from this age on, so that callers seldom wait. */
const REFRESHED_MS = 500;
const ENTRIES = 10_000;
const IDS_IN_A_QUESTION = 500;
/** Ids that may wait for a question; more, and the source counts as silent. */
const WAITING = 10_000;

interface Known<T> {
  readonly value: T;
  readonly askedAtMs: number;
}

/** `undefined`: there is no such thing. `'silent'`: the source did not answer. */
export type Answer<T> = T | undefined | 'silent';

/**
 * Remembers what a source said for at most one second. Questions that come up together, or while another one is
 * under way, go out as one; callers who ask for the same id share its answer. Bounded: 10,000 entries.
 */
export class RecentMemory<T extends object> {
  readonly #known = new Map<string, Known<T>>();
  /** Of each id the question that a new caller may still share. */
  readonly #open = new Map<string, PromiseWithResolvers<Answer<T>>>();
  #unasked: string[] = [];
  #asking = false;

  constructor(
    private readonly source: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
    private readonly monotonicNow: () => number,
  ) {}

  /** The value when memory of it is fresh, else a promise of the source's answer. */
  get(id: string): Answer<T> | Promise<Answer<T>> {
    const known = this.#known.get(id);
    if (known !== undefined) {
      const ageMs = this.monotonicNow() - known.askedAtMs;
      if (ageMs < REFRESHED_MS) return known.value;
      if (ageMs < BELIEVED_MS) {
        void this.#ask(id);
        return known.value;
      }
    }
    return this.#ask(id);
  }

  /** Whether `get` would answer at once. */
  has(id: string): boolean {
    const known = this.#known.get(id);
    return known !== undefined && this.monotonicNow() - known.askedAtMs < BELIEVED_MS;
  }

  /** Whoever asks from now on gets an answer to a question that left after this moment. */
  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#known.delete(id);
      if (!this.#unasked.includes(id)) this.#open.delete(id);
    }
  }

  /** The same for every value that `concerns` is true of, and for every question that is under way. */
  forgetWhere(concerns: (value: T) => boolean): void {
    const ids = [...this.#known].filter(([, { value }]) => concerns(value)).map(([id]) => id);
    this.forget([...ids, ...this.#open.keys()]);
  }

  get size(): number {
    return this.#known.size;
  }

  #ask(id: string): Answer<T> | Promise<Answer<T>> {
    const open = this.#open.get(id);
    if (open !== undefined) return open.promise;
    if (this.#unasked.length >= WAITING) return 'silent';
    const question = Promise.withResolvers<Answer<T>>();
    this.#open.set(id, question);
    this.#unasked.push(id);
    if (!this.#asking) {
      this.#asking = true;
      setImmediate(() => void this.#askAll());
    }
    return question.promise;
  }

  async #askAll(): Promise<void> {
    while (this.#unasked.length > 0) {
      const ids = this.#unasked.splice(0, IDS_IN_A_QUESTION);
      const questions = ids.map((id) => this.#open.get(id)!);
      const askedAtMs = this.monotonicNow();
      const found = await this.#answers(ids);
      for (const [at, id] of ids.entries()) {
        const question = questions[at]!;
        const current = this.#open.get(id) === question;
        if (current) this.#open.delete(id);
        if (current && found !== undefined) this.#remember(id, found.get(id), askedAtMs);
        question.resolve(found === undefined ? 'silent' : found.get(id));
      }
    }
    this.#asking = false;
  }

  async #answers(ids: readonly string[]): Promise<ReadonlyMap<string, T> | undefined> {
    try {
      return await this.source(ids);
    } catch {
      return undefined;
    }
  }

  #remember(id: string, value: T | undefined, askedAtMs: number): void {
    this.#known.delete(id);
    if (value === undefined) return;
    if (this.#known.size >= ENTRIES) {
      for (const oldest of this.#known.keys()) {
        this.#known.delete(oldest);
        break;
      }
    }
    this.#known.set(id, { value, askedAtMs });
  }
}
