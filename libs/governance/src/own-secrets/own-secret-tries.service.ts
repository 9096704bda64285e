import { ChangeFeed, Database, type FeedQuery, LazyPool } from '@gatehouse/database';
import { systemClock } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
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
  readonly #pool: LazyPool;

  constructor(
    @Inject(Database) database: Database,
    @Inject(ChangeFeed) private readonly feed: ChangeFeed,
  ) {
    this.#pool = new LazyPool({ database, purpose: 'own secrets', connections: 1, deadlineMs: DEADLINE_MS });
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
      const together = await noteTry(this.#pool.query, kind, rootSessionId, LOCKOUT);
      if (together) this.#here[kind].lock(rootSessionId, systemClock.now());
      return here || together;
    } catch {
      return here;
    }
  }

  /** Reads now where the database has not been heard for a second. @throws where nobody answers */
  askIfSilent(): Promise<void> | undefined {
    return this.feed.silent ? this.#read(this.#pool.query) : undefined;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#pool.end();
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
}
