import { type Database, LazyPool } from '@gatehouse/database';
import { findStandings, touchSessions } from './session-standing.queries.ts';
import type { SessionStanding } from './session-standing.ts';

/** A database that has not answered by then is silent, and silence denies. */
const DEADLINE_MS = 1000;
/** How far the stored time of last use may lag behind. */
const TOUCH_MS = 30_000;

export interface StandingSourceOptions {
  readonly database: Database;
  readonly connections: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether a session that is asked for counts as used. */
  readonly touches: boolean;
}

/** Asks the database how sessions stand, on connections of its own; the first question opens them. */
export class StandingSource {
  readonly #touches = new Set<Promise<void>>();
  readonly #pool: LazyPool;

  constructor(private readonly options: StandingSourceOptions) {
    const { database, connections } = options;
    this.#pool = new LazyPool({ database, purpose: 'identity', connections, deadlineMs: DEADLINE_MS });
  }

  /** @throws when the database does not answer within a second */
  async ask(ids: readonly string[]): Promise<ReadonlyMap<string, SessionStanding>> {
    const found = await within(DEADLINE_MS, findStandings(this.#pool.pool, ids));
    if (this.options.touches) this.#touch([...found.values()]);
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(this.#touches);
    await this.#pool.end();
  }

  #touch(used: readonly SessionStanding[]): void {
    const nowMs = this.options.now();
    const stale = used.filter((one) => nowMs - one.lastUsedAtMs > TOUCH_MS);
    if (stale.length === 0) return;
    // An agent's use is a use of the session that it came from.
    const ids = new Set(stale.flatMap((one) => [one.sessionId, one.rootSessionId]));
    // Not worth a refusal when it fails: the next question tries again.
    const touch = touchSessions(this.#pool.pool, [...ids], new Date(nowMs)).catch(() => undefined);
    this.#touches.add(touch);
    void touch.finally(() => this.#touches.delete(touch));
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
