import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { type ClientAnswer, NOT_TAKEN } from './client-request.ts';
import type { OpenRequest } from './open-request.ts';
import type { OpenRequests } from './open-requests.ts';

/** Questions that a child may have open at a time, and ask in one call. */
const MAX_OPEN = 16;
const MAX_IN_A_CALL = 64;

/**
 * What a child asks of its client. A question goes to the caller whose call is open, and to nobody when calls of
 * several callers are: standard input and output do not say to which one it belongs (threat T15).
 */
export class ClientRequests {
  readonly #requests: OpenRequests;
  readonly #send: (message: JsonObject) => void;
  readonly #open = new Map<JsonValue, AbortController>();
  #refused = 0;

  constructor(requests: OpenRequests, send: (message: JsonObject) => void) {
    this.#requests = requests;
    this.#send = send;
  }

  /** Those that nobody was asked. */
  get refused(): number {
    return this.#refused;
  }

  receive(id: JsonValue, method: string, params: JsonValue | undefined): void {
    if (method === 'ping') this.#answer(id, { result: {} });
    else void this.#ask(id, method, isJsonObject(params) ? params : undefined);
  }

  /** `notifications/cancelled` of the child. */
  cancel(id: JsonValue | undefined): void {
    if (id !== undefined) this.#open.get(id)?.abort();
  }

  async #ask(id: JsonValue, method: string, params: JsonObject | undefined): Promise<void> {
    const owner = this.#requests.onlyCaller();
    const listener = owner?.request.onClientRequest;
    const isId = typeof id === 'string' || typeof id === 'number';
    if (owner === undefined || listener === undefined || !isId || !this.#mayAsk(id, owner)) {
      this.#refused += 1;
      this.#answer(id, NOT_TAKEN);
      return;
    }
    const open = new AbortController();
    this.#open.set(id, open);
    const ended = AbortSignal.any([open.signal, owner.ended]);
    const resume = owner.holdTimeout();
    try {
      const answer = await listener({ method, params, signal: ended });
      if (!open.signal.aborted) this.#answer(id, answer);
    } finally {
      resume();
      this.#open.delete(id);
    }
  }

  #mayAsk(id: JsonValue, owner: OpenRequest): boolean {
    owner.asked += 1;
    return !this.#open.has(id) && this.#open.size < MAX_OPEN && owner.asked <= MAX_IN_A_CALL;
  }

  #answer(id: JsonValue, answer: ClientAnswer): void {
    this.#send({ jsonrpc: '2.0', id, ...answer });
  }
}
