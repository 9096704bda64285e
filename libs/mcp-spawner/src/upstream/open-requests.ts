import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { UpstreamOutcome, UpstreamRequest } from './upstream-call.ts';

export interface OpenRequest {
  readonly request: UpstreamRequest;
  /** The caller's own progress token, which the child never sees. */
  readonly progressToken: string | number | undefined;
  settle(outcome: UpstreamOutcome): void;
}

/** The requests that a child has not answered yet, by the id that it knows them under. Ids are never used again. */
export class OpenRequests {
  readonly #open = new Map<number, OpenRequest>();
  #lastId = 0;

  get size(): number {
    return this.#open.size;
  }

  add(make: (id: number) => OpenRequest): number {
    this.#lastId += 1;
    this.#open.set(this.#lastId, make(this.#lastId));
    return this.#lastId;
  }

  /** Ends one request; false when none is open under that id (an answer that came late, twice, or from nowhere). */
  settle(id: unknown, outcome: UpstreamOutcome): boolean {
    const open = typeof id === 'number' ? this.#open.get(id) : undefined;
    if (open === undefined) return false;
    this.#open.delete(id as number);
    open.settle(outcome);
    return true;
  }

  settleAll(outcome: UpstreamOutcome): void {
    for (const id of this.#open.keys()) this.settle(id, outcome);
  }

  /** The open request that a notification belongs to: by its progress token, else the newest. */
  ownerOf(notification: JsonObject): OpenRequest | undefined {
    if (notification.method !== 'notifications/progress') return [...this.#open.values()].at(-1);
    const token = isJsonObject(notification.params) ? notification.params.progressToken : undefined;
    const open = typeof token === 'number' ? this.#open.get(token) : undefined;
    return open?.progressToken === undefined ? undefined : open;
  }
}
