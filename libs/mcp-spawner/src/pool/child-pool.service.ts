import { AppError } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { ChildStarter } from '../children/child-starter.service.ts';
import { McpServers } from '../servers/mcp-servers.service.ts';
import type { RegisteredServer } from '../servers/registered-server.ts';
import { initialize } from '../upstream/handshake.ts';
import { ChildUnavailable } from './child-unavailable.ts';
import { FailureRecord } from './failure-record.ts';
import { type ChildOwner, poolKey } from './pool-key.ts';
import { PooledChild } from './pooled-child.ts';

const SWEEP_MS = 1_000;
/** Starting may take longer than a call: this long at least. */
const MIN_HANDSHAKE_MS = 5_000;

interface Entry {
  readonly server: RegisteredServer;
  readonly owner: ChildOwner;
  readonly ready: Promise<PooledChild>;
  child: PooledChild | undefined;
}

/**
 * The children of MCP servers, one for each server and isolation key, started by the first call that was allowed.
 * They end when idle, when their MCP session or the server ends, and are started again, with a pause that grows,
 * when they end by themselves.
 */
@Injectable()
export class ChildPool {
  readonly #servers: McpServers;
  readonly #starter: ChildStarter;
  readonly #entries = new Map<string, Entry>();
  readonly #failures = new FailureRecord();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(servers: McpServers, starter: ChildStarter) {
    this.#servers = servers;
    this.#starter = starter;
  }

  start(): void {
    void this.#starter.sweep();
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Ends every child and starts no more. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    await this.#starter.stop();
  }

  /**
   * The running child for these calls, past its handshake.
   *
   * @throws ChildUnavailable when it cannot be had now: the call has not happened and may be made again
   */
  async acquire(serverName: string, owner: ChildOwner): Promise<PooledChild> {
    try {
      return await this.#acquire(serverName, owner);
    } catch (error) {
      if (error instanceof AppError && !(error instanceof ChildUnavailable)) {
        throw new ChildUnavailable(error.message);
      }
      throw error;
    }
  }

  /** Until the entry stands there is no pause in which another call could start a second child. */
  #acquire(serverName: string, owner: ChildOwner): Promise<PooledChild> | PooledChild {
    const key = poolKey(serverName, owner);
    const known = this.#entries.get(key);
    if (known !== undefined && known.child?.isGone !== true) return known.child ?? known.ready;
    const server = this.#servers.find(serverName);
    if (server === undefined) throw new ChildUnavailable('no MCP server of that name is configured');
    const blocking = this.#failures.blocking(key);
    if (blocking !== undefined) throw ChildUnavailable.backingOff(server.name, blocking);
    this.#makeRoom(server, owner);
    return this.#open(key, server, owner);
  }

  /** Ends the children that one isolation key has of a server. */
  async end(serverName: string, isolationKey: string): Promise<void> {
    await this.#endWhere(
      (entry) => entry.server.name === serverName && entry.owner.isolationKey === isolationKey,
    );
  }

  /** Ends all children of a server and forgets that any of them failed. */
  async endAll(serverName: string): Promise<void> {
    await this.#endWhere((entry) => entry.server.name === serverName);
    this.#failures.forget((key) => key.startsWith(`${serverName}\n`));
  }

  #open(key: string, server: RegisteredServer, owner: ChildOwner): Promise<PooledChild> {
    if (this.#failures.hasFailed(key)) server.counters.restarts += 1;
    const entry: Entry = { server, owner, ready: this.#startChild(key, server, owner), child: undefined };
    this.#entries.set(key, entry);
    entry.ready.then(
      (child) => {
        entry.child = child;
      },
      () => this.#drop(key, entry),
    );
    return entry.ready;
  }

  async #startChild(key: string, server: RegisteredServer, owner: ChildOwner): Promise<PooledChild> {
    let child: PooledChild | undefined;
    const running = this.#starter.start(server, (cause) => {
      if (child === undefined || child.isStopping) return;
      this.#failures.record(key, cause);
      const entry = this.#entries.get(key);
      if (entry?.child === child) this.#entries.delete(key);
    });
    if (owner.era === 'legacy') {
      const timeoutMs = Math.max(MIN_HANDSHAKE_MS, server.config.limits.timeoutMs);
      const hello = await initialize(running.upstream, owner.protocolVersion, timeoutMs);
      if ('failure' in hello) {
        this.#failures.record(key, hello.failure);
        await running.stop();
        throw new ChildUnavailable(`MCP server ${server.name} could not be started: ${hello.failure}`);
      }
    }
    child = new PooledChild(server, owner, running);
    return child;
  }

  /** Keeps a user within `children_per_user`: the one idle for longest goes; when none is idle the call cannot be. */
  #makeRoom(server: RegisteredServer, owner: ChildOwner): void {
    const own = [...this.#entries].filter(
      ([, entry]) => entry.server === server && entry.owner.userId === owner.userId,
    );
    if (own.length < server.config.limits.childrenPerUser) return;
    const idle = own
      .filter(([, entry]) => entry.child?.isIdle === true)
      .sort(([, a], [, b]) => (b.child?.idleMs ?? 0) - (a.child?.idleMs ?? 0))[0];
    if (idle === undefined) throw ChildUnavailable.tooMany(server.name);
    this.#entries.delete(idle[0]);
    void idle[1].child?.stop();
  }

  async #endWhere(matches: (entry: Entry) => boolean): Promise<void> {
    const ending = [...this.#entries].filter(([, entry]) => matches(entry));
    for (const [key] of ending) this.#entries.delete(key);
    await Promise.allSettled(ending.map(async ([, entry]) => (await entry.ready).stop()));
  }

  #sweep(): void {
    for (const [key, { child, server }] of this.#entries) {
      if (child === undefined) continue;
      const isOver =
        child.isGone || child.isStuck || (child.isIdle && child.idleMs > server.config.limits.idleMs);
      if (!isOver) continue;
      this.#entries.delete(key);
      if (child.isStuck) this.#failures.record(key, 'it did not answer any more');
      void child.stop();
    }
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
