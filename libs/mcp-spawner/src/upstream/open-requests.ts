import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { OpenRequest } from './open-request.ts';
import { SUBSCRIPTION_ID_KEY } from './protocol.ts';
import type { UpstreamOutcome } from './upstream-call.ts';

/** The requests that a child has not answered yet, by the id that it knows them under. Ids are never used again. */
export class OpenRequests {
  readonly #open = new Map<number, OpenRequest>();
  #lastId = 0;
  #watches = 0;

  get size(): number {
    return this.#open.size;
  }

  /** Those that will end by themselves. */
  get calls(): number {
    return this.#open.size - this.#watches;
  }

  all(): Iterable<OpenRequest> {
    return this.#open.values();
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(open: OpenRequest): void {
    if (open.request.isWatch === true) this.#watches += 1;
    this.#open.set(open.id, open);
  }

  /** Ends one request; false when none is open under that id (an answer that came late, twice, or from nowhere). */
  settle(id: unknown, outcome: UpstreamOutcome): boolean {
    const open = typeof id === 'number' ? this.#open.get(id) : undefined;
    if (open === undefined) return false;
    this.#open.delete(id as number);
    if (open.request.isWatch === true) this.#watches -= 1;
    open.settle(outcome);
    return true;
  }

  /** The open request that a progress notification belongs to, by its token; the token has to have been given. */
  byProgressToken(notification: JsonObject): OpenRequest | undefined {
    const token = isJsonObject(notification.params) ? notification.params.progressToken : undefined;
    const open = typeof token === 'number' ? this.#open.get(token) : undefined;
    return open?.progressToken === undefined ? undefined : open;
  }

  /** The child has taken up a subscription. */
  acknowledge({ params }: JsonObject): void {
    const meta = isJsonObject(params) ? params._meta : undefined;
    const id = isJsonObject(meta) ? meta[SUBSCRIPTION_ID_KEY] : undefined;
    const open = typeof id === 'number' ? this.#open.get(id) : undefined;
    if (open?.request.isWatch !== true) return;
    open.holdTimeout();
    open.request.onAcknowledged?.();
  }

  /** The newest open call, when all that are open are of one caller; undefined when they are of several. */
  onlyCaller(): OpenRequest | undefined {
    let newest: OpenRequest | undefined;
    for (const open of this.#open.values()) {
      if (open.request.isWatch === true) continue;
      if (newest !== undefined && newest.request.caller !== open.request.caller) return undefined;
      newest = open;
    }
    return newest;
  }
}
