import { randomUUID } from 'node:crypto';
import { AppError, type JsonObject } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ChildStarter } from '../children/child-starter.service.ts';
import { McpPins } from '../pins/mcp-pins.service.ts';
import { McpServers } from '../servers/mcp-servers.service.ts';
import type { RegisteredServer } from '../servers/registered-server.ts';
import { initialize } from '../upstream/handshake.ts';
import { ChildUnavailable } from './child-unavailable.ts';
import { FailureRecord } from './failure-record.ts';
import { listenForChanges } from './listen-for-changes.ts';
import { type ChildOwner, poolKey, toldCapabilities } from './pool-key.ts';
import { PooledChild } from './pooled-child.ts';

const SWEEP_MS = 1_000;
/** Starting may take longer than a call: this long at least. */
const MIN_HANDSHAKE_MS = 5_000;

/** How long open calls may take once their server is drained, or the server as a whole stops. */
const DRAIN_MS = 3_000;

/** What a child said of itself, outside of any request. */
export type ChildNotice = (child: PooledChild, method: string, params: JsonObject | undefined) => void;

interface Entry {
  readonly server: RegisteredServer;
  readonly owner: ChildOwner;
  readonly ready: Promise<PooledChild>;
  child: PooledChild | undefined;
}

/**
 * The children of MCP servers, as their `isolation` says one for each session, one for all, or one for each call,
 * started by the first call that was allowed.
 * They end when idle, when their MCP session or the server ends, and are started again, with a pause that grows,
 * when they end by themselves.
 */
@Injectable()
export class ChildPool {
  readonly #servers: McpServers;
  readonly #starter: ChildStarter;
  readonly #pins: Pick<McpPins, 'admitsProgram'>;
  readonly #entries = new Map<string, Entry>();
  readonly #failures = new FailureRecord();
  readonly #notices = new Set<ChildNotice>();
  readonly #ends = new Set<(child: PooledChild) => void>();
  #sweeper: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(
    servers: McpServers,
    starter: ChildStarter,
    @Inject(McpPins) pins: Pick<McpPins, 'admitsProgram'>,
  ) {
    this.#servers = servers;
    this.#starter = starter;
    this.#pins = pins;
  }

  start(): void {
    void this.#starter.sweep();
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** Starts no more, lets open calls end for a moment, and ends every child. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    await this.#drainWhere(() => true);
    await this.#starter.stop();
  }

  /** Calls `listener` with what children say outside of any request; returns how to end that. */
  onNotice(listener: ChildNotice): () => void {
    this.#notices.add(listener);
    return () => this.#notices.delete(listener);
  }

  /** Calls `listener` with every child that ended, for whatever reason; returns how to end that. */
  onEnd(listener: (child: PooledChild) => void): () => void {
    this.#ends.add(listener);
    return () => this.#ends.delete(listener);
  }

  /**
   * Replaces the children of a server, as after a secret of it was rotated: the next call gets a new one at once, and
   * the old ones go when their open calls are answered, or after 3 s.
   */
  async drain(serverName: string): Promise<void> {
    await this.#drainWhere((entry) => entry.server.name === serverName);
    this.#failures.forget((key) => key.startsWith(`${serverName}\n`));
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
    const running = this.find(serverName, owner);
    if (running !== undefined) return running;
    if (this.#isStopping) throw new ChildUnavailable('the server is stopping');
    const server = this.#servers.find(serverName);
    if (server === undefined) throw new ChildUnavailable('no MCP server of that name is configured');
    const key = poolKey(server, owner);
    const isForOneCall = server.config.isolation === 'call';
    const starting = isForOneCall ? undefined : this.#entries.get(key);
    if (starting !== undefined && starting.child === undefined) return starting.ready;
    const blocking = this.#failures.blocking(key);
    if (blocking !== undefined) throw ChildUnavailable.backingOff(server.name, blocking);
    if (server.config.isolation !== 'shared') this.#makeRoom(server, owner);
    return this.#open(isForOneCall ? `${key}\n${randomUUID()}` : key, key, server, owner);
  }

  /** The child for these calls where it runs already: then nobody has to wait for it. */
  find(serverName: string, owner: ChildOwner): PooledChild | undefined {
    const server = this.#isStopping ? undefined : this.#servers.find(serverName);
    if (server === undefined) return undefined;
    const child = this.#entries.get(poolKey(server, owner))?.child;
    return child?.isGone === true ? undefined : child;
  }

  /** The children that run for one isolation key. */
  running(serverName: string, isolationKey: string): readonly PooledChild[] {
    const own = [...this.#entries.values()].filter(
      ({ server, owner }) => server.name === serverName && owner.isolationKey === isolationKey,
    );
    return own.flatMap(({ child }) => (child === undefined || child.isGone ? [] : [child]));
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

  #open(key: string, failureKey: string, server: RegisteredServer, owner: ChildOwner): Promise<PooledChild> {
    if (this.#failures.hasFailed(failureKey)) server.counters.restarts += 1;
    const ready = this.#startChild(key, failureKey, server, owner);
    const entry: Entry = { server, owner, ready, child: undefined };
    this.#entries.set(key, entry);
    entry.ready.then(
      (child) => {
        entry.child = child;
      },
      () => this.#drop(key, entry),
    );
    return entry.ready;
  }

  async #startChild(
    key: string,
    failureKey: string,
    server: RegisteredServer,
    owner: ChildOwner,
  ): Promise<PooledChild> {
    if (!(await this.#pins.admitsProgram(server))) {
      throw new ChildUnavailable(`the program of MCP server ${server.name} is not the one that was approved`);
    }
    let child: PooledChild | undefined;
    const ended = (cause: string): void => {
      if (child === undefined) return;
      if (this.#entries.get(key)?.child === child) this.#entries.delete(key);
      if (!child.isStopping) this.#failures.record(failureKey, cause);
      for (const listener of this.#ends) listener(child);
    };
    const running = await this.#starter.start(server, ended, owner.context);
    if (owner.era === 'legacy') {
      const timeoutMs = Math.max(MIN_HANDSHAKE_MS, server.config.limits.timeoutMs);
      const hello = await initialize(
        running.upstream,
        owner.protocolVersion,
        timeoutMs,
        toldCapabilities(owner),
      );
      if ('failure' in hello) {
        this.#failures.record(failureKey, hello.failure);
        await running.stop();
        throw new ChildUnavailable(`MCP server ${server.name} could not be started: ${hello.failure}`);
      }
    }
    const started = new PooledChild(server, owner, running);
    child = started;
    running.upstream.onStray = (method, params) => {
      for (const listener of this.#notices) listener(started, method, params);
    };
    if (owner.era === 'modern' && server.config.isolation !== 'call') listenForChanges(running.upstream);
    return started;
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

  async #drainWhere(matches: (entry: Entry) => boolean): Promise<void> {
    const draining = [...this.#entries].filter(([, entry]) => matches(entry));
    for (const [key] of draining) this.#entries.delete(key);
    await Promise.allSettled(draining.map(async ([, entry]) => (await entry.ready).drain(DRAIN_MS)));
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
