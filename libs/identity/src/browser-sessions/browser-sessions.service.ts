import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import type { RequestContext, Secret } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CredentialTags } from '../credentials/credential-tags.ts';
import { hashOf, matchesHash, opaqueId } from '../credentials/opaque-text.ts';
import { outcomeOf } from '../credentials/outcome-of.ts';
import { SessionMemory } from '../credentials/session-memory.service.ts';
import type { LifecycleEvent } from '../lifecycle/lifecycle-event.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { sessionContext } from '../lifecycle/session-context.ts';
import { openSession } from '../sessions/open-session.ts';
import type { Session } from '../sessions/session.ts';
import { SESSION_LIMITS } from '../sessions/session-limits.ts';
import { Sessions } from '../sessions/sessions.service.ts';
import { TokenAudiences } from '../tokens/token-audiences.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { BrowserSessionEntity } from './browser-session.entity.ts';
import type { BrowserProof, BrowserSession } from './browser-session.ts';
import { csrfTokenOf } from './csrf-token.ts';

const PREFIX = 'ghb_';
const CLIENT_ID = 'browser';
const ACTION = 'browser_sessions.open';
/** So long a login proves that it is the person who sits there, and not whoever found or copied a cookie. */
const FRESH_MS = 10 * 60 * 1000;

export interface OpenedBrowserSession {
  readonly session: Session;
  /** The cookie's value; the database has its hash. */
  readonly cookie: Secret<string>;
}

/** What proves who somebody is: found and used up in the transaction that opens the session. */
export type ProveUser = (manager: EntityManager, now: Date) => Promise<{ userId: string }>;

/**
 * Sessions of people in a browser, held by a cookie. They are sessions as all others: listed, limited, ended with
 * their user's suspension or change of role, within a second everywhere. No access token stands on one.
 */
@Injectable()
export class BrowserSessions {
  constructor(
    private readonly changes: RecordedChanges,
    private readonly memory: SessionMemory,
    private readonly sessions: Sessions,
    private readonly audiences: TokenAudiences,
    private readonly clock: TokenClock,
    private readonly tags: CredentialTags,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** Opens one for whom `prove` proves. @throws AppError what `prove` and opening a session throw */
  async open(proof: BrowserProof, prove: ProveUser): Promise<OpenedBrowserSession> {
    const opened = await this.changes.make(async (manager) => {
      const nowMs = this.clock.now();
      const { userId } = await prove(manager, new Date(nowMs));
      const { lengthMs } = SESSION_LIMITS;
      const wanted = { userId, clientId: CLIENT_ID, lengthMs, kind: 'browser', action: ACTION } as const;
      const { session, actor, events, revokedIds } = await openSession(manager, wanted, nowMs);
      const cookie = this.tags.newText(PREFIX, session.id);
      await manager.insert(BrowserSessionEntity, { id: session.id, hash: hashOf(cookie.reveal()), proof });
      const result = { session, cookie, revokedIds };
      return { result, events: [loggedIn(actor, session, proof), ...events] };
    });
    this.memory.forget(opened.revokedIds);
    return { session: opened.session, cookie: opened.cookie };
  }

  /** Who is behind a cookie's value; null where it is none of ours, its session has ended, or nobody can say now. */
  async resolve(cookie: string | undefined, from?: string): Promise<BrowserSession | null> {
    const id = cookie === undefined ? undefined : opaqueId(PREFIX, cookie);
    if (cookie === undefined || id === undefined) return null;
    const standing = await this.memory.getOfOpaque({ text: cookie, id, from });
    if (standing === undefined || standing === 'silent') return null;
    const { kind, credentialHash, browserProof: proof, expiresAtMs } = standing;
    if (kind !== 'browser' || credentialHash === null || proof === null) return null;
    if (!matchesHash(cookie, credentialHash) || this.clock.now() >= expiresAtMs) return null;
    const audience = this.audiences.of('api')!;
    const credential = { kind: 'browser_session', audience, expiresAtMs, scopes: null } as const;
    const outcome = outcomeOf(credential, standing, this.configuration.services.agents);
    return outcome.ok ? { principal: outcome.principal, proof, csrfToken: csrfTokenOf(cookie) } : null;
  }

  /** Whether the person has proven within ten minutes who they are. @throws AppError `IDENTITY_SESSION_UNKNOWN` */
  async isFresh(sessionId: string): Promise<boolean> {
    const { createdAt } = await this.sessions.get(sessionId);
    return this.clock.now() - createdAt.getTime() <= FRESH_MS;
  }

  /** Ends the session behind a cookie's value; of one that is nobody's, nothing. */
  async end(cookie: string | undefined): Promise<void> {
    const found = await this.resolve(cookie);
    if (found === null) return;
    const { sessionId, role } = found.principal;
    const actor = sessionContext(await this.sessions.get(sessionId), role);
    await this.sessions.revoke(sessionId, { reason: 'logout', actor });
  }
}

function loggedIn(actor: RequestContext, session: Session, proof: BrowserProof): LifecycleEvent {
  const detail = { userId: session.userId, sessionId: session.id, proof };
  return { event: 'login.succeeded', actor, action: ACTION, reason: 'The user logged in.', detail };
}
