import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { SUBSCRIPTION_ID_KEY } from './protocol.ts';
import type { UpstreamOutcome, UpstreamRequest } from './upstream-call.ts';

export interface OpenRequest {
  readonly request: UpstreamRequest;
  /** The caller's own progress token, which the child never sees. */
  readonly progressToken: string | number | undefined;
  /** Fires when it is settled. */
  readonly ended: AbortSignal;
  /** How many questions the child asked during it. */
  asked: number;
  settle(outcome: UpstreamOutcome): void;
  /** Stops its clock while its caller is asked something; the returned function lets it run again, from the start. */
  holdTimeout(): () => void;
}

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

  add(make: (id: number) => OpenRequest): number {
    this.#lastId += 1;
    const open = make(this.#lastId);
    if (open.request.isWatch === true) this.#watches += 1;
    this.#open.set(this.#lastId, open);
    return this.#lastId;
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

  settleAll(outcome: UpstreamOutcome): void {
    for (const id of this.#open.keys()) this.settle(id, outcome);
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
