import { ChangeFeed, Database } from '@gatehouse/database';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { TokenClock } from '../tokens/token-clock.ts';
import { CredentialTags } from './credential-tags.ts';
import { LookupAllowance } from './lookup-allowance.ts';
import { OpaqueStandings, type PresentedText } from './opaque-standings.ts';
import { type Answer, RecentMemory } from './recent-memory.ts';
import type { SessionStanding } from './session-standing.ts';
import { StandingSource } from './standing-source.ts';
import { UnknownTexts } from './unknown-texts.ts';

const CHANNEL = 'gatehouse_identity';

/**
 * How sessions stand, believed for at most a second (claim I2). It has two connections of its own, so that no
 * long query elsewhere delays a decision, and a third for what anybody may have made up. What other processes change is
 * forgotten as soon as the feed tells of it, and at each of its connects. While the feed has been silent for a second,
 * nothing is believed: each call asks.
 */
@Injectable()
export class SessionMemory implements OnModuleDestroy {
  readonly #sessions: RecentMemory<SessionStanding>;
  readonly #opaque: RecentMemory<SessionStanding>;
  readonly #doubtful: RecentMemory<SessionStanding>;
  readonly #source: StandingSource;
  readonly #doubtfulSource: StandingSource;
  readonly #unknown: UnknownTexts;
  readonly #standings: OpaqueStandings;

  constructor(
    database: Database,
    clock: TokenClock,
    private readonly feed: ChangeFeed,
    tags: CredentialTags,
  ) {
    const monotonicNow = () => clock.monotonicNow();
    const now = () => clock.now();
    this.#source = new StandingSource({ database, now, connections: 2, touches: true });
    // Nobody has been shown to use these: that comes with the next question, which goes to the others.
    this.#doubtfulSource = new StandingSource({ database, now, connections: 1, touches: false });
    const ask = (ids: readonly string[]) => this.#source.ask(ids);
    this.#sessions = new RecentMemory(ask, monotonicNow);
    this.#opaque = new RecentMemory(ask, monotonicNow);
    this.#doubtful = new RecentMemory((ids) => this.#doubtfulSource.ask(ids), monotonicNow);
    this.#unknown = new UnknownTexts(monotonicNow);
    this.#standings = new OpaqueStandings({
      tags,
      ours: this.#opaque,
      doubtful: this.#doubtful,
      allowance: new LookupAllowance(monotonicNow),
      unknown: this.#unknown,
      silent: () => feed.silent,
    });
    feed.follow({
      channel: CHANNEL,
      heard: (change) => this.#heard(change),
      reread: (_query, connected) => {
        if (!connected) return;
        this.#unknown.forget();
        this.#forgetWhere(() => true);
      },
    });
  }

  /** For the session of a token whose signature is right. */
  get(id: string): Answer<SessionStanding> | Promise<Answer<SessionStanding>> {
    if (this.feed.silent) this.#sessions.forget([id]);
    return this.#sessions.get(id);
  }

  /** For what has no signature. These questions have lines of their own and hold up no token. */
  getOfOpaque(presented: PresentedText): Answer<SessionStanding> | Promise<Answer<SessionStanding>> {
    return this.#standings.get(presented);
  }

  forget(ids: readonly string[]): void {
    for (const memory of this.#memories()) memory.forget(ids);
  }

  /** Whatever is known of this user's sessions, those that go on too. */
  forgetUser(id: string): void {
    this.#forgetWhere(({ userId }) => userId === id);
  }

  #heard(change: string): void {
    const [kind, id] = change.split(' ');
    if (kind === 'opaque') this.#unknown.forget();
    else if (kind === 'session') {
      this.#forgetWhere(({ sessionId, rootSessionId }) => sessionId === id || rootSessionId === id);
    } else this.forgetUser(id ?? '');
  }

  #forgetWhere(concerns: (standing: SessionStanding) => boolean): void {
    for (const memory of this.#memories()) memory.forgetWhere(concerns);
  }

  #memories() {
    return [this.#sessions, this.#opaque, this.#doubtful];
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.#source.close(), this.#doubtfulSource.close()]);
  }
}
