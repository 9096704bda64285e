import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunningChild } from '../children/child-starter.service.ts';
import type { RegisteredServer } from '../servers/registered-server.ts';
import type { UpstreamOutcome, UpstreamRequest } from '../upstream/upstream-call.ts';
import type { ChildOwner } from './pool-key.ts';

/** A child that never answers is ended after this many requests in a row ran out of time. */
const MAX_SILENT_TIMEOUTS = 3;

/** One child of the pool, past its handshake. */
export class PooledChild {
  readonly server: RegisteredServer;
  readonly owner: ChildOwner;
  readonly #child: RunningChild;
  readonly #uses = new Set<symbol>();
  #isStopping = false;

  constructor(server: RegisteredServer, owner: ChildOwner, child: RunningChild) {
    this.server = server;
    this.owner = owner;
    this.#child = child;
  }

  /** Whether its end was asked for: else it ended by itself. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  get pid(): number {
    return this.#child.pid;
  }

  get isGone(): boolean {
    return this.#child.isGone;
  }

  /** Nothing is open, and nobody counts on what it remembers. */
  get isIdle(): boolean {
    return this.#child.upstream.openRequests === 0 && this.#uses.size === 0;
  }

  /** Milliseconds since its last request or answer. */
  get idleMs(): number {
    return performance.now() - this.#child.upstream.lastUsedAt;
  }

  get isStuck(): boolean {
    return this.#child.upstream.silentTimeouts >= MAX_SILENT_TIMEOUTS;
  }

  /**
   * Sends one request, at most once, within the server's own time limit; never rejects. A child that all callers share
   * cannot say whom a question or a log message is for, so there neither reaches anybody.
   */
  request(request: Omit<UpstreamRequest, 'timeoutMs'>): Promise<UpstreamOutcome> {
    const { timeoutMs } = this.server.config.limits;
    if (this.server.config.isolation !== 'shared') {
      return this.#child.upstream.request({ ...request, timeoutMs });
    }
    const { onClientRequest: _none, onNotification, ...shared } = request;
    return this.#child.upstream.request({
      ...shared,
      timeoutMs,
      ...(onNotification === undefined ? {} : { onNotification: progressAlone(onNotification) }),
    });
  }

  /** Tells it something that wants no answer. */
  notify(method: string): void {
    this.#child.upstream.notify(method);
  }

  /** Keeps it from idling out until the returned function is called: for what it was asked to watch. */
  hold(): () => void {
    const use = Symbol('use');
    this.#uses.add(use);
    return () => this.#uses.delete(use);
  }

  /** A call is over. A process of `isolation: call` ends with it. */
  release(): void {
    if (this.server.config.isolation === 'call') void this.stop();
  }

  /** Lets the open calls end, for so long at most, and stops it. */
  async drain(withinMs: number): Promise<void> {
    this.#isStopping = true;
    const { upstream } = this.#child;
    // Who was given this child in this very turn has not sent its call yet.
    await nextTurn();
    if (upstream.openRequests > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, withinMs);
      upstream.onIdle = resolve;
      await promise;
      clearTimeout(timer);
    }
    await this.#child.stop();
  }

  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#child.stop();
  }
}

type OnNotification = NonNullable<UpstreamRequest['onNotification']>;

function progressAlone(listener: OnNotification): OnNotification {
  return (notification) => {
    if (notification.method === 'notifications/progress') listener(notification);
  };
}
