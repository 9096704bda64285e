import { ChangeFeed, Database, type FeedQuery } from '@gatehouse/database';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Pool } from 'pg';
import { LOCKOUT } from './lockout-rule.ts';
import { OwnSecretLockouts } from './own-secret-lockouts.ts';
import { forgetTries, lockedSessions, noteTry, type OwnSecretTry } from './own-secret-tries.queries.ts';

const FORGET_EVERY_MS = 60_000;
const DEADLINE_MS = 1000;

/**
 * How often root sessions came up with secrets of this installation, over all servers on the database: where it was
 * enough, every server hears of it. What this one saw counts here at once, and alone while the database is silent.
 */
@Injectable()
export class OwnSecretTries implements OnModuleDestroy {
  readonly #here: Readonly<Record<OwnSecretTry, OwnSecretLockouts>> = {
    named: new OwnSecretLockouts(),
    guessed: new OwnSecretLockouts(),
  };
  #forgotAtMs = 0;
  #pool: Pool | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ChangeFeed) private readonly feed: ChangeFeed,
  ) {
    feed.follow({
      channel: 'gatehouse_own_secrets',
      heard: () => this.feed.reread(),
      reread: async (query) => {
        await this.#read(query);
        await this.#forget(query);
      },
    });
  }

  /** Whether this root session has named too many. Asks nobody. */
  isLocked(rootSessionId: string): boolean {
    return this.#here.named.isLocked(rootSessionId, systemClock.now());
  }

  /** One more; true when that was enough, here or over all servers. Never throws. */
  async note(kind: OwnSecretTry, rootSessionId: string): Promise<boolean> {
    const here = this.#here[kind].note(rootSessionId, systemClock.now());
    try {
      const together = await noteTry(this.#query, kind, rootSessionId, LOCKOUT);
      if (together) this.#here[kind].lock(rootSessionId, systemClock.now());
      return here || together;
    } catch {
      return here;
    }
  }

  /** Reads now where the database has not been heard for a second. @throws where nobody answers */
  askIfSilent(): Promise<void> | undefined {
    return this.feed.silent ? this.#read(this.#query) : undefined;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#pool?.end();
  }

  async #read(query: FeedQuery): Promise<void> {
    const nowMs = systemClock.now();
    for (const { rootSessionId, forMs } of await lockedSessions(query)) {
      this.#here.named.lock(rootSessionId, nowMs, forMs);
    }
  }

  async #forget(query: FeedQuery): Promise<void> {
    const nowMs = systemClock.now();
    if (nowMs - this.#forgotAtMs < FORGET_EVERY_MS) return;
    this.#forgotAtMs = nowMs;
    await forgetTries(query, LOCKOUT);
  }

  readonly #query: FeedQuery = async (text, values) => {
    this.#pool ??= this.#newPool();
    return (await this.#pool.query(text, [...(values ?? [])])).rows;
  };

  #newPool(): Pool {
    const pool = new Pool({
      ...this.database.clientConfig('server'),
      application_name: 'gatehouse own secrets',
      max: 1,
      connectionTimeoutMillis: DEADLINE_MS,
      query_timeout: DEADLINE_MS,
      statement_timeout: DEADLINE_MS,
    });
    // An idle connection that breaks is replaced by the next question.
    pool.on('error', () => undefined);
    return pool;
  }
}
