import { systemContext } from '@gatehouse/audit';
import { isCorrelationId, type RequestContext } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SessionMemory } from '../credentials/session-memory.service.ts';
import { identityError } from '../identity-error.ts';
import type { LifecycleEvent } from '../lifecycle/lifecycle-event.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { type Page, type PageRequest, pageBounds, pageOf } from '../page.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { openSession } from './open-session.ts';
import { revokeSessions, revokeSessionsOfUser } from './revoke-sessions.ts';
import { SessionEntity, sessionOf } from './session.entity.ts';
import type { RevokedReason, Session } from './session.ts';
import { MAX_REVOKED_TOKENS, SESSION_LIMITS } from './session-limits.ts';

export interface SessionFilter extends PageRequest {
  readonly userId?: string;
  /** Only sessions that have not ended. */
  readonly live?: boolean;
}

export interface SessionOpening {
  readonly userId: string;
  /** What the session is for, such as `gatehouse-cli`: the alphabet of correlation ids. */
  readonly clientId: string;
  /** At most 24 hours, which is also what it is when left out. */
  readonly durationMs?: number;
  readonly actor?: RequestContext;
  /** What its tokens may carry at most; left out: whatever the user may do. */
  readonly scopes?: readonly string[];
}

/** The sessions that every token stands on. Ending one ends its tokens within a second, everywhere. */
@Injectable()
export class Sessions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: RecordedChanges,
    private readonly memory: SessionMemory,
    private readonly clock: TokenClock,
  ) {}

  /**
   * Opens a session without asking for a proof: that is `Logins`' part. Over 20 live ones, the least recently used
   * end. @throws AppError `IDENTITY_USER_UNKNOWN`, `IDENTITY_USER_INACTIVE`, `IDENTITY_SESSION_RATE` over 10 a
   *   minute, `IDENTITY_DURATION_INVALID`, `IDENTITY_CLIENT_INVALID`
   */
  async open({ userId, clientId, durationMs, actor, scopes }: SessionOpening): Promise<Session> {
    const lengthMs = sessionLength(durationMs);
    const wanted = {
      userId,
      clientId,
      actor,
      lengthMs,
      scopes: scopes ?? null,
      kind: 'user',
      action: 'sessions.open',
    } as const;
    const opened = await this.changes.make(async (manager) => {
      const result = await openSession(manager, wanted, this.clock.now());
      return { result, events: result.events };
    });
    this.memory.forget(opened.revokedIds);
    return opened.session;
  }

  /** @throws AppError `IDENTITY_SESSION_UNKNOWN` */
  async get(id: string): Promise<Session> {
    const found = await this.find(id);
    if (found === null) throw identityError('IDENTITY_SESSION_UNKNOWN');
    return found;
  }

  async find(id: string): Promise<Session | null> {
    if (!isCorrelationId(id)) return null;
    const entity = await this.dataSource.manager.findOneBy(SessionEntity, { id: id as SessionEntity['id'] });
    return entity === null ? null : sessionOf(entity);
  }

  async list({ userId, live, ...request }: SessionFilter = {}): Promise<Page<Session>> {
    const { after, size } = pageBounds(request);
    if (userId !== undefined && !isCorrelationId(userId)) throw identityError('IDENTITY_USER_UNKNOWN');
    const query = this.dataSource.manager
      .createQueryBuilder(SessionEntity, 's')
      .orderBy('s.id', 'DESC')
      .take(size + 1);
    if (after !== null) query.andWhere('s.id < :after', { after });
    if (userId !== undefined) query.andWhere('s.userId = :userId', { userId });
    if (live === true) {
      query.andWhere('s.revokedAt is null and s.expiresAt > :now', { now: new Date(this.clock.now()) });
    }
    return pageOf((await query.getMany()).map(sessionOf), size);
  }

  /** Ends a session and those that came from it. One that has ended already stays as it is. */
  async revoke(
    id: string,
    { reason = 'logout', actor = systemContext() }: { reason?: RevokedReason; actor?: RequestContext } = {},
  ): Promise<Session> {
    await this.get(id);
    const ids = await this.changes.make(async (manager) => {
      const at = new Date(this.clock.now());
      const { ids, events } = await revokeSessions(manager, [id], {
        reason,
        actor,
        action: 'sessions.revoke',
        at,
      });
      return { result: ids, events };
    });
    this.memory.forget([id, ...ids]);
    return this.get(id);
  }

  /**
   * Takes one access token back before its time, everywhere within a second (RFC 7009). A session of which a hundred
   * were taken back one by one ends with the next.
   */
  async revokeToken(
    id: string,
    tokenId: string,
    { actor = systemContext() }: { actor?: RequestContext } = {},
  ): Promise<void> {
    const { revokedTokenIds } = await this.get(id);
    if (revokedTokenIds.includes(tokenId)) return;
    if (revokedTokenIds.length >= MAX_REVOKED_TOKENS) {
      await this.revoke(id, { actor });
      return;
    }
    await this.changes.make(async (manager) => {
      const { affected } = await manager
        .createQueryBuilder()
        .update(SessionEntity)
        .set({ revokedTokenIds: () => 'array_append(revoked_token_ids, :tokenId)' })
        .where('id = :id and revoked_at is null and not revoked_token_ids && array[:tokenId]')
        .andWhere('cardinality(revoked_token_ids) < :max')
        .setParameters({ id, tokenId, max: MAX_REVOKED_TOKENS })
        .execute();
      const event: LifecycleEvent = {
        event: 'token.revoked',
        actor,
        action: 'sessions.revoke_token',
        reason: 'An access token was revoked.',
        detail: { sessionId: id, tokenId },
      };
      return { result: undefined, events: affected === 0 ? [] : [event] };
    });
    this.memory.forget([id]);
  }

  /** Ends every session of a user, those of hook credentials and API keys only with `lasting`. Returns how many ended. */
  async revokeAll(
    userId: string,
    options: { reason?: RevokedReason; actor?: RequestContext; lasting?: boolean } = {},
  ): Promise<number> {
    const { reason = 'logout', actor = systemContext(), lasting = false } = options;
    if (!isCorrelationId(userId)) throw identityError('IDENTITY_USER_UNKNOWN');
    const ids = await this.changes.make(async (manager) => {
      const at = new Date(this.clock.now());
      const by = { reason, actor, action: 'sessions.revoke_all', at, lasting };
      const { ids, events } = await revokeSessionsOfUser(manager, userId, by);
      return { result: ids, events };
    });
    this.memory.forget(ids);
    return ids.length;
  }
}

/** @throws AppError `IDENTITY_DURATION_INVALID` */
export function sessionLength(durationMs: number = SESSION_LIMITS.lengthMs): number {
  if (!(durationMs > 0 && durationMs <= SESSION_LIMITS.lengthMs)) {
    throw identityError('IDENTITY_DURATION_INVALID');
  }
  return durationMs;
}
