import { ChangeFeed, Database } from '@gatehouse/database';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Pool } from 'pg';
import { TokenClock } from '../tokens/token-clock.ts';
import { type Answer, RecentMemory } from './recent-memory.ts';
import { findStandings, touchSessions } from './session-standing.queries.ts';
import type { SessionStanding } from './session-standing.ts';

/** A database that has not answered by then is silent, and silence denies. */
const DEADLINE_MS = 1000;
/** How far the stored time of last use may lag behind. */
const TOUCH_MS = 30_000;

const CHANNEL = 'gatehouse_identity';

/**
 * How sessions stand, believed for at most a second (claim I2). It has two connections of its own, so that no
 * long query elsewhere delays a decision; the first question opens them. What other processes change is forgotten as soon
 * as the feed tells of it, and at each of its connects. While the feed has been silent for a second, nothing is believed:
 * each call asks.
 */
@Injectable()
export class SessionMemory implements OnModuleDestroy {
  readonly #sessions: RecentMemory<SessionStanding>;
  readonly #opaque: RecentMemory<SessionStanding>;
  readonly #touches = new Set<Promise<void>>();
  #pool: Pool | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: TokenClock,
    private readonly feed: ChangeFeed,
  ) {
    const ask = (ids: readonly string[]) => this.#ask(ids);
    const now = () => this.clock.monotonicNow();
    this.#sessions = new RecentMemory(ask, now);
    this.#opaque = new RecentMemory(ask, now);
    feed.follow({
      channel: CHANNEL,
      heard: (change) => this.#heard(change),
      reread: (_query, connected) => {
        if (connected) this.#forgetWhere(() => true);
      },
    });
  }

  /** For the session of a token whose signature is right. */
  get(id: string): Answer<SessionStanding> | Promise<Answer<SessionStanding>> {
    if (this.feed.silent) this.#sessions.forget([id]);
    return this.#sessions.get(id);
  }

  /** For what has no signature. Anybody can make one up, so these questions have a line of their own and hold up no token. */
  getOfOpaque(id: string): Answer<SessionStanding> | Promise<Answer<SessionStanding>> {
    if (this.feed.silent) this.#opaque.forget([id]);
    return this.#opaque.get(id);
  }

  forget(ids: readonly string[]): void {
    this.#sessions.forget(ids);
    this.#opaque.forget(ids);
  }

  /** Whatever is known of this user's sessions, those that go on too. */
  forgetUser(id: string): void {
    this.#forgetWhere(({ userId }) => userId === id);
  }

  #heard(change: string): void {
    const [kind, id] = change.split(' ');
    if (kind === 'session') {
      this.#forgetWhere(({ sessionId, rootSessionId }) => sessionId === id || rootSessionId === id);
    } else this.forgetUser(id ?? '');
  }

  #forgetWhere(concerns: (standing: SessionStanding) => boolean): void {
    this.#sessions.forgetWhere(concerns);
    this.#opaque.forgetWhere(concerns);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#touches);
    await this.#pool?.end();
  }

  async #ask(ids: readonly string[]): Promise<ReadonlyMap<string, SessionStanding>> {
    const pool = this.#connections();
    const found = await within(DEADLINE_MS, findStandings(pool, ids));
    this.#touch(pool, [...found.values()]);
    return found;
  }

  #touch(pool: Pool, used: readonly SessionStanding[]): void {
    const nowMs = this.clock.now();
    const stale = used.filter((one) => nowMs - one.lastUsedAtMs > TOUCH_MS);
    if (stale.length === 0) return;
    // An agent's use is a use of the session that it came from.
    const ids = new Set(stale.flatMap((one) => [one.sessionId, one.rootSessionId]));
    // Not worth a refusal when it fails: the next question tries again.
    const touch = touchSessions(pool, [...ids], new Date(nowMs)).catch(() => undefined);
    this.#touches.add(touch);
    void touch.finally(() => this.#touches.delete(touch));
  }

  #connections(): Pool {
    if (this.#pool === undefined) {
      this.#pool = new Pool({
        ...this.database.clientConfig('server'),
        application_name: 'gatehouse identity',
        max: 2,
        connectionTimeoutMillis: DEADLINE_MS,
        query_timeout: DEADLINE_MS,
        statement_timeout: DEADLINE_MS,
        keepAlive: true,
      });
      // An idle connection that breaks is replaced by the next question.
      this.#pool.on('error', () => undefined);
    }
    return this.#pool;
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('the database is silent')), ms);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
