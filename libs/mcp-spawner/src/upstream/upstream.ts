import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import type { StdioChild } from '../children/stdio-child.ts';
import { ClientRequests } from './client-requests.ts';
import { OpenRequest, type OpenRequestHost } from './open-request.ts';
import { OpenRequests } from './open-requests.ts';
import { RequestClock } from './request-clock.ts';
import { requestMessage, withProgressToken } from './request-message.ts';
import type { UpstreamOutcome, UpstreamRequest } from './upstream-call.ts';

const DEFAULT_MAX_OPEN = 64;
const ANSWER_ID = /(?:^\{"jsonrpc":"2\.0","id":(\d{1,15}),)|(?:"id":(\d{1,15})\}$)/;

/** A notification of the child that belongs to no request of ours. */
export type StrayNotification = (method: string, params: JsonObject | undefined) => void;

/**
 * JSON-RPC over one child: ids and progress tokens of our own, mapped back; answers matched once; what the child
 * asks of its client handed to the caller of the open request. Messages pass parsed once, with every field that they
 * came with.
 */
export class Upstream implements OpenRequestHost {
  readonly #child: Pick<StdioChild, 'send' | 'isGone'>;
  readonly #open = new OpenRequests();
  readonly #clientRequests: ClientRequests;
  readonly #clock = new RequestClock(
    () => this.#open.all(),
    ({ id }) => this.gaveUp(id, 'timeout'),
  );
  readonly #maxOpen: number;
  #silentTimeouts = 0;
  #lastUsedAt = performance.now();
  #stray = 0;
  /** Where notifications go that belong to no request; nowhere at first. */
  onStray: StrayNotification = () => {};
  /** Called when the last open request was settled. */
  onIdle: () => void = () => {};

  constructor(child: Pick<StdioChild, 'send' | 'isGone'>, maxOpen = DEFAULT_MAX_OPEN) {
    this.#child = child;
    this.#maxOpen = maxOpen;
    this.#clientRequests = new ClientRequests(this.#open, (message) => this.#child.send(message));
  }

  /** Subscriptions left out. */
  get openRequests(): number {
    return this.#open.calls;
  }

  /** `performance.now()` of the last request or answer. */
  get lastUsedAt(): number {
    return this.#lastUsedAt;
  }

  /** Requests in a row that ran out of time while the child answered nothing at all. */
  get silentTimeouts(): number {
    return this.#silentTimeouts;
  }

  /** Answers to nothing: late, twice, or under an id that was never given. */
  get strayAnswers(): number {
    return this.#stray;
  }

  /** Requests of the child to its client that nobody was asked. */
  get refusedRequests(): number {
    return this.#clientRequests.refused;
  }

  /** Sends one request and resolves with its one outcome; never rejects. */
  request(request: UpstreamRequest): Promise<UpstreamOutcome> {
    if (request.signal?.aborted === true) return Promise.resolve({ kind: 'not_sent', cause: 'cancelled' });
    if (this.#open.size >= this.#maxOpen) return Promise.resolve({ kind: 'not_sent', cause: 'busy' });
    this.#lastUsedAt = performance.now();
    const { promise, resolve } = Promise.withResolvers<UpstreamOutcome>();
    const id = this.#open.nextId();
    this.#open.add(new OpenRequest(id, request, resolve, this));
    if (!this.#child.send(requestMessage(id, request))) {
      this.#settle(id, { kind: 'not_sent', cause: this.#child.isGone ? 'gone' : 'busy' });
    }
    return promise;
  }

  notify(method: string, params?: JsonObject): void {
    this.#child.send({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
  }

  /** Takes one message of the child; true when a caller waited for it. */
  receive(message: JsonObject): boolean {
    if (typeof message.method === 'string') {
      if (message.id === undefined) return this.#relay(message);
      this.#clientRequests.receive(message.id, message.method, message.params);
      return false;
    }
    const known = this.#settleAnswer(message);
    if (!known) this.#stray += 1;
    return known;
  }

  /** An answer longer than allowed, of which only both ends are known: ends the request that they name. */
  receiveOversized(head: Buffer, tail: Buffer): void {
    const match = ANSWER_ID.exec(head.toString('latin1')) ?? ANSWER_ID.exec(tail.toString('latin1'));
    const id = Number(match?.[1] ?? match?.[2] ?? Number.NaN);
    if (!this.#settle(id, { kind: 'too_large' })) this.#stray += 1;
  }

  /** The child is gone: what was open has an unknown outcome. */
  died(cause: string): void {
    this.#clock.stop();
    for (const { id } of this.#open.all()) this.#settle(id, { kind: 'died', cause });
  }

  clockStarted(dueAt: number): void {
    this.#clock.lookAt(dueAt);
  }

  /** Ends a request without its answer, and tells the child. */
  gaveUp(id: number, kind: 'timeout' | 'cancelled'): void {
    if (this.#settle(id, { kind })) this.notify('notifications/cancelled', { requestId: id, reason: kind });
    if (kind === 'timeout') this.#silentTimeouts += 1;
  }

  #settle(id: unknown, outcome: UpstreamOutcome): boolean {
    if (!this.#open.settle(id, outcome)) return false;
    this.#lastUsedAt = performance.now();
    if (this.#open.calls === 0) this.onIdle();
    return true;
  }

  #settleAnswer(message: JsonObject): boolean {
    const { id, result, error } = message;
    const outcome: UpstreamOutcome | undefined =
      result !== undefined
        ? { kind: 'result', result }
        : isJsonObject(error)
          ? { kind: 'error', error }
          : undefined;
    if (outcome === undefined || !this.#settle(id, outcome)) return false;
    this.#silentTimeouts = 0;
    return true;
  }

  /** Progress goes to its request, log messages to the only caller there is; the rest belongs to no request. */
  #relay(notification: JsonObject): boolean {
    const { method, params } = notification;
    if (method === 'notifications/progress') {
      const owner = this.#open.byProgressToken(notification);
      const token = owner?.progressToken;
      if (token !== undefined) owner?.request.onNotification?.(withProgressToken(notification, token));
    } else if (method === 'notifications/message') {
      this.#open.onlyCaller()?.request.onNotification?.(notification);
    } else if (method === 'notifications/subscriptions/acknowledged') this.#open.acknowledge(notification);
    else if (method === 'notifications/cancelled') {
      this.#clientRequests.cancel(isJsonObject(params) ? params.requestId : undefined);
    } else this.onStray(method as string, isJsonObject(params) ? params : undefined);
    return false;
  }
}
