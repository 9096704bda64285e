import { randomUUID } from 'node:crypto';
import { Database } from '@gatehouse/database';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import type { SlidingWindow } from '../sliding-window.ts';
import { forgetLeases, leaseCalls } from './lease.queries.ts';
import { Lease } from './lease.ts';

/** A database that has not answered by then is silent, and silence denies. */
const DEADLINE_MS = 1000;
const SWEEP_EVERY_MS = 5000;
const FORGET_EVERY_SWEEPS = 12;

interface Budget {
  readonly key: string;
  readonly window: SlidingWindow;
  readonly limit: number;
}

/**
 * This process's shares of the budgets that all servers on one database have together (threat T7). A share is used
 * without asking and refilled ahead, many budgets in one statement on a connection of its own, which the first call
 * opens. What all servers used and hold never exceeds a limit; up to one share of each of them can stand unused.
 */
@Injectable()
export class CallLeases implements OnModuleDestroy {
  readonly #server = randomUUID();
  readonly #leases = new Map<string, Lease>();
  readonly #wanted = new Set<Lease>();
  #answer: PromiseWithResolvers<void> | null = null;
  #client: pg.Client | null = null;
  #asking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #number = 0;
  #sweeps = 0;
  #stopped = false;

  constructor(@Inject(Database) private readonly database: Database) {}

  of(budgets: readonly Budget[]): readonly Lease[] {
    return budgets.map(({ key, window, limit }) => {
      let lease = this.#leases.get(key);
      if (lease === undefined) {
        lease = new Lease(key, window, limit, () => performance.now());
        this.#leases.set(key, lease);
      }
      lease.window = window;
      lease.limit = Math.min(limit, Number.MAX_SAFE_INTEGER);
      return lease;
    });
  }

  /** Asks for more where a lease runs low. Nobody waits. */
  refillAhead(leases: readonly Lease[]): void {
    for (const lease of leases) if (lease.low()) this.#want(lease);
  }

  /** Resolves when the database has answered for those that are not ready; rejects when it does not in time. */
  refill(leases: readonly Lease[]): Promise<void> {
    if (this.#stopped) return Promise.reject(new Error('stopped'));
    for (const lease of leases) {
      if (lease.ready()) continue;
      lease.wait();
      this.#want(lease);
    }
    if (this.#answer === null) {
      this.#answer = Promise.withResolvers();
      this.#answer.promise.catch(() => undefined);
    }
    return this.#answer.promise;
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#asking;
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    this.#number += 1;
    const wallMs = systemClock.now();
    const wishes = [...this.#leases.values()].map((lease) => lease.release(wallMs));
    // Where this fails, the leases run out by themselves.
    await leaseCalls(client, this.#server, this.#number, wishes).catch(() => undefined);
    await client.end().catch(() => undefined);
  }

  #want(lease: Lease): void {
    if (this.#stopped) return;
    this.#wanted.add(lease);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_EVERY_MS).unref();
    // After the current turn of the event loop, so that many callers make one question.
    this.#asking ??= new Promise<void>((done) => setImmediate(done))
      .then(() => this.#ask())
      .finally(() => {
        this.#asking = null;
        const [next] = this.#wanted;
        if (next !== undefined) this.#want(next);
      });
  }

  async #ask(): Promise<void> {
    let waiting: PromiseWithResolvers<void> | null = null;
    const asked: Lease[] = [];
    try {
      const client = await this.#connect();
      waiting = this.#answer;
      this.#answer = null;
      asked.push(...this.#wanted);
      this.#wanted.clear();
      const wallMs = systemClock.now();
      this.#number += 1;
      const wishes = asked.map((lease) => lease.ask(wallMs));
      const answers = await leaseCalls(client, this.#server, this.#number, wishes);
      for (const lease of asked) lease.answer(answers.get(lease.key)!);
      waiting?.resolve();
    } catch (error) {
      await this.#disconnect();
      this.#wanted.clear();
      (waiting ?? this.#answer)?.reject(error);
      if (waiting === null) this.#answer = null;
    }
  }

  async #connect(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    const client = new pg.Client({
      ...this.database.clientConfig('server'),
      application_name: 'gatehouse call leases',
      connectionTimeoutMillis: DEADLINE_MS,
      query_timeout: DEADLINE_MS,
      statement_timeout: DEADLINE_MS,
      // Nothing in the table outlives a crash, so no commit has to reach the disk.
      options: '-c synchronous_commit=off',
      keepAlive: true,
    });
    client.on('error', () => undefined);
    client.once('end', () => {
      if (this.#client === client) void this.#disconnect();
    });
    await client.connect();
    this.#client = client;
    // The table may have been emptied: what was used within the last minute is told again first.
    for (const lease of this.#leases.values()) this.#wanted.add(lease);
    return client;
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    for (const lease of this.#leases.values()) lease.forfeit();
    if (client !== null) void client.end().catch(() => undefined);
  }

  /** Gives back what is held for nothing, and forgets. */
  #sweep(): void {
    for (const [key, lease] of this.#leases) {
      if (lease.idle()) this.#want(lease);
      else if (lease.forgotten()) this.#leases.delete(key);
    }
    this.#sweeps += 1;
    if (this.#client !== null && this.#sweeps % FORGET_EVERY_SWEEPS === 0) {
      void forgetLeases(this.#client).catch(() => undefined);
    }
    if (this.#leases.size === 0 && this.#wanted.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }
}
