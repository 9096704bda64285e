import type { JsonObject } from '@gatehouse/kernel';
import type { ClientAnswer } from '@gatehouse/mcp-spawner';
import type { Ended } from '../methods/call-outcome.ts';
import type { McpRequest } from '../methods/mcp-request.ts';
import type { AllowedQuestion } from './client-questions.service.ts';

interface OpenQuestion {
  readonly question: AllowedQuestion;
  answer(answer: ClientAnswer): void;
}

/**
 * A call that waits in a child of an older revision while its client, of revision 2026-07-28, comes back with answers:
 * the child has it once, the client sees rounds.
 */
export class HeldCall {
  readonly #open = new Map<string, OpenQuestion>();
  readonly #gone = new AbortController();
  #asked = 0;
  #wake: () => void = () => {};
  #ended: Ended | undefined;
  /** The request of the client that waits now; of the last one, between rounds. */
  leg: McpRequest;
  /** Whether a request waits now. */
  isWaiting = true;
  /** Runs while none does. */
  patience: NodeJS.Timeout | undefined;

  constructor(leg: McpRequest) {
    this.leg = leg;
  }

  /** Fires when nobody is going to come back for it. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  giveUp(): void {
    this.#gone.abort();
  }

  end(ended: Ended): void {
    this.#ended = ended;
    this.#wake();
  }

  /** Keeps a question until its answer comes, or nobody waits for that any more. */
  async put(question: AllowedQuestion, signal: AbortSignal): Promise<ClientAnswer | undefined> {
    this.#asked += 1;
    const key = `question-${this.#asked}`;
    const { promise, resolve } = Promise.withResolvers<ClientAnswer | undefined>();
    this.#open.set(key, { question, answer: resolve });
    const onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#wake();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#open.delete(key);
    }
  }

  /** The client's answers; what it left out stays open, what nobody asked is ignored. */
  answer(responses: JsonObject): void {
    for (const [key, open] of this.#open) {
      const response = Object.hasOwn(responses, key) ? responses[key] : undefined;
      if (typeof response !== 'object' || response === null || Array.isArray(response)) continue;
      this.#open.delete(key);
      open.answer({ result: response as JsonObject });
    }
  }

  /** How the call ended, or the questions that are open once there are any. */
  async next(): Promise<Ended | ReadonlyMap<string, AllowedQuestion>> {
    for (;;) {
      if (this.#ended !== undefined) return this.#ended;
      if (this.#open.size > 0) {
        return new Map([...this.#open].map(([key, { question }]) => [key, question]));
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}
