import { progressTokenOf } from './request-message.ts';
import type { UpstreamOutcome, UpstreamRequest } from './upstream-call.ts';

/** What an open request waits among: those that it tells when it is over before its child has answered. */
export interface OpenRequestHost {
  /** The clock of the request runs, to this `performance.now()`. */
  clockStarted(dueAt: number): void;
  /** Its time is over, or its caller gave it up. */
  gaveUp(id: number, kind: 'timeout' | 'cancelled'): void;
}

const OVER: UpstreamRequest = { method: '', timeoutMs: 0 };

/**
 * One request that a child has not answered yet. When it is settled it lets go of everything that belongs to its call: a
 * map keeps what was deleted from it for a while, which would keep whole calls from being collected young.
 */
export class OpenRequest {
  readonly id: number;
  /** The caller's own progress token, which the child never sees. */
  readonly progressToken: string | number | undefined;
  /** How many questions the child asked during it. */
  asked = 0;
  /** `performance.now()` of the moment at which its time is over; infinite while its clock stands. */
  dueAt = Number.POSITIVE_INFINITY;
  #request: UpstreamRequest;
  #resolve: ((outcome: UpstreamOutcome) => void) | undefined;
  #ended: AbortController | undefined;
  #held = 0;
  readonly #host: OpenRequestHost;

  constructor(
    id: number,
    request: UpstreamRequest,
    resolve: (outcome: UpstreamOutcome) => void,
    host: OpenRequestHost,
  ) {
    this.id = id;
    this.progressToken = progressTokenOf(request.params);
    this.#request = request;
    this.#resolve = resolve;
    this.#host = host;
    request.signal?.addEventListener('abort', this, { once: true });
    this.#startClock();
  }

  get request(): UpstreamRequest {
    return this.#request;
  }

  /** Fires when it is settled. Made only where it is needed: hardly any call is asked something. */
  get ended(): AbortSignal {
    this.#ended ??= new AbortController();
    return this.#ended.signal;
  }

  /** Its caller gives it up. */
  handleEvent(): void {
    this.#host.gaveUp(this.id, 'cancelled');
  }

  /** Stops its clock while its caller is asked something; the returned function lets it run again, from the start. */
  holdTimeout(): () => void {
    this.#held += 1;
    this.dueAt = Number.POSITIVE_INFINITY;
    return () => {
      this.#held -= 1;
      if (this.#held === 0 && this.#resolve !== undefined) this.#startClock();
    };
  }

  settle(outcome: UpstreamOutcome): void {
    const resolve = this.#resolve;
    this.#request.signal?.removeEventListener('abort', this);
    this.#request = OVER;
    this.#resolve = undefined;
    resolve?.(outcome);
    this.#ended?.abort();
  }

  #startClock(): void {
    this.dueAt = performance.now() + this.#request.timeoutMs;
    this.#host.clockStarted(this.dueAt);
  }
}
