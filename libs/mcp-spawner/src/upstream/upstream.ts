import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { StdioChild } from '../children/stdio-child.ts';
import { type OpenRequest, OpenRequests } from './open-requests.ts';
import { progressTokenOf, requestMessage, withProgressToken } from './request-message.ts';
import type { UpstreamOutcome, UpstreamRequest } from './upstream-call.ts';

const MAX_OPEN_REQUESTS = 256;
const METHOD_NOT_FOUND = -32601;
/** Notifications of a child that reach the caller of the open request. Everything else is dropped. */
const RELAYED_NOTIFICATIONS = new Set(['notifications/progress', 'notifications/message']);
const ANSWER_ID = /(?:^\{"jsonrpc":"2\.0","id":(\d{1,15}),)|(?:"id":(\d{1,15})\}$)/;

/**
 * JSON-RPC over one child: ids and progress tokens of our own, mapped back; answers matched once; what the child
 * asks of its client refused. Messages pass parsed once, with every field that they came with.
 */
export class Upstream {
  readonly #child: Pick<StdioChild, 'send' | 'isGone'>;
  readonly #open = new OpenRequests();
  #silentTimeouts = 0;
  #lastUsedAt = performance.now();
  #stray = 0;
  #refused = 0;

  constructor(child: Pick<StdioChild, 'send' | 'isGone'>) {
    this.#child = child;
  }

  get openRequests(): number {
    return this.#open.size;
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

  /** Requests of the child to its client, all refused. */
  get refusedRequests(): number {
    return this.#refused;
  }

  /** Sends one request and resolves with its one outcome; never rejects. */
  request(request: UpstreamRequest): Promise<UpstreamOutcome> {
    if (request.signal?.aborted === true) return Promise.resolve({ kind: 'not_sent', cause: 'cancelled' });
    if (this.#open.size >= MAX_OPEN_REQUESTS) return Promise.resolve({ kind: 'not_sent', cause: 'busy' });
    this.#lastUsedAt = performance.now();
    const { promise, resolve } = Promise.withResolvers<UpstreamOutcome>();
    const id = this.#open.add((openId) => this.#opened(openId, request, resolve));
    if (!this.#child.send(requestMessage(id, request.method, request.params))) {
      this.#open.settle(id, { kind: 'not_sent', cause: this.#child.isGone ? 'gone' : 'busy' });
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
      this.#answerChild(message.id, message.method);
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
    if (!this.#open.settle(id, { kind: 'too_large' })) this.#stray += 1;
  }

  /** The child is gone: what was open has an unknown outcome. */
  died(cause: string): void {
    this.#open.settleAll({ kind: 'died', cause });
  }

  #opened(id: number, request: UpstreamRequest, resolve: (outcome: UpstreamOutcome) => void): OpenRequest {
    const end = (kind: 'timeout' | 'cancelled'): void => {
      if (this.#open.settle(id, { kind }))
        this.notify('notifications/cancelled', { requestId: id, reason: kind });
      if (kind === 'timeout') this.#silentTimeouts += 1;
    };
    const timer = setTimeout(() => end('timeout'), request.timeoutMs);
    const onAbort = (): void => end('cancelled');
    request.signal?.addEventListener('abort', onAbort, { once: true });
    return {
      request,
      progressToken: progressTokenOf(request.params),
      settle: (outcome) => {
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', onAbort);
        this.#lastUsedAt = performance.now();
        resolve(outcome);
      },
    };
  }

  #settleAnswer(message: JsonObject): boolean {
    const { id, result, error } = message;
    const outcome: UpstreamOutcome | undefined =
      result !== undefined
        ? { kind: 'result', result }
        : isJsonObject(error)
          ? { kind: 'error', error }
          : undefined;
    if (outcome === undefined || !this.#open.settle(id, outcome)) return false;
    this.#silentTimeouts = 0;
    return true;
  }

  #relay(notification: JsonObject): boolean {
    if (!RELAYED_NOTIFICATIONS.has(notification.method as string)) return false;
    const owner = this.#open.ownerOf(notification);
    const isProgress = notification.method === 'notifications/progress';
    if (owner === undefined) return false;
    const token = owner.progressToken;
    owner.request.onNotification?.(
      isProgress && token !== undefined ? withProgressToken(notification, token) : notification,
    );
    return false;
  }

  /**
   * Sampling, roots, elicitation and whatever else a child asks of its client: refused (threat T15). None of it is
   * offered in the handshake either.
   */
  #answerChild(id: JsonValue, method: string): void {
    if (method === 'ping') {
      this.#child.send({ jsonrpc: '2.0', id, result: {} });
      return;
    }
    this.#refused += 1;
    this.#child.send({
      jsonrpc: '2.0',
      id,
      error: { code: METHOD_NOT_FOUND, message: 'this client takes no requests from an MCP server' },
    });
  }
}
