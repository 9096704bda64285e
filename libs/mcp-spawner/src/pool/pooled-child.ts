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

  get isIdle(): boolean {
    return this.#child.upstream.openRequests === 0;
  }

  /** Milliseconds since its last request or answer. */
  get idleMs(): number {
    return performance.now() - this.#child.upstream.lastUsedAt;
  }

  get isStuck(): boolean {
    return this.#child.upstream.silentTimeouts >= MAX_SILENT_TIMEOUTS;
  }

  /** Sends one request, at most once, within the server's own time limit; never rejects. */
  request(request: Omit<UpstreamRequest, 'timeoutMs'>): Promise<UpstreamOutcome> {
    return this.#child.upstream.request({ ...request, timeoutMs: this.server.config.limits.timeoutMs });
  }

  stop(): Promise<void> {
    this.#isStopping = true;
    return this.#child.stop();
  }
}
