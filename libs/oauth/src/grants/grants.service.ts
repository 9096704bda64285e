import { AuditLog } from '@gatehouse/audit';
import { type RevokedReason, type Session, Sessions, sessionContext, Users } from '@gatehouse/identity';
import { AppError, type RequestContext } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { correlationIdOf } from '../clients/correlation-id-of.ts';
import { OAuthRefusal } from '../oauth-refusal.ts';

/** How long one authorization is good for: as long as a session. */
export const GRANT_LIFETIME_S = 24 * 60 * 60;

export interface NewGrant {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  /** A URL, or null where only who the person is was asked for. */
  readonly resource: string | null;
  readonly scopes: readonly string[];
}

interface StoredGrant {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly sessionId: string | null;
  readonly revoked: boolean;
}

/**
 * One authorization by one person for one client, and the one session in which all its tokens are issued. Ending it
 * ends code, refresh tokens, session and access tokens together.
 */
@Injectable()
export class Grants {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sessions: Sessions,
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  async open({ id, userId, clientId, resource, scopes }: NewGrant): Promise<void> {
    await this.dataSource.query(
      `insert into oauth_grants (id, user_id, client_id, resource, scopes, expires_at)
       values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`,
      [id, userId, clientId, resource, [...scopes], GRANT_LIFETIME_S],
    );
  }

  /**
   * The session of the grant's tokens, opened with the first of them. Of several that ask at once, and against a
   * revocation at the same moment, only one that the grant then names is ever returned.
   * @throws OAuthRefusal `invalid_grant` for one that was revoked, has ended or never was
   */
  async session(id: string): Promise<Session> {
    const grant = await this.#find(id);
    if (grant === undefined || grant.revoked)
      throw new OAuthRefusal('invalid_grant', 'the grant was revoked');
    if (grant.sessionId !== null) {
      const session = await this.sessions.find(grant.sessionId);
      if (session === null || session.revokedAt !== null)
        throw new OAuthRefusal('invalid_grant', 'the session has ended');
      return session;
    }
    const opened = await this.#openSession(grant);
    const [taken] = await this.dataSource.query<{ count: string }[]>(
      `with taken as (
         update oauth_grants set session_id = $2 where id = $1 and session_id is null and revoked_at is null
         returning 1)
       select count(*) from taken`,
      [id, opened.id],
    );
    if (taken?.count === '1') return opened;
    await this.sessions.revoke(opened.id, { reason: 'token_replayed' });
    throw new OAuthRefusal('invalid_grant', 'the grant was used twice at once');
  }

  /** Ends everything that came of the grant. One that was ended already stays as it is. */
  async revoke(id: string, reason: RevokedReason, actor?: RequestContext): Promise<void> {
    const [ended] = await this.dataSource.query<{ sessionId: string | null }[]>(
      `with ended as (
         update oauth_grants set revoked_at = now() where id = $1 and revoked_at is null
         returning session_id)
       select session_id as "sessionId" from ended`,
      [id],
    );
    await this.dataSource.query('delete from oauth_records where family = $1 and consumed_at is null', [id]);
    const sessionId = ended?.sessionId ?? null;
    if (sessionId === null) return;
    await this.sessions.revoke(sessionId, { reason, ...(actor === undefined ? {} : { actor }) });
  }

  /** Ends every grant of the person to the client for the resource; empty is that of none. */
  async revokeAll(
    of: { readonly userId: string; readonly clientId: string; readonly resource: string },
    reason: RevokedReason,
    actor: RequestContext,
  ): Promise<void> {
    const live = await this.dataSource.query<{ id: string }[]>(
      `select id from oauth_grants where user_id = $1 and client_id = $2 and coalesce(resource, '') = $3
         and revoked_at is null and expires_at > now()`,
      [of.userId, of.clientId, of.resource],
    );
    for (const { id } of live) await this.revoke(id, reason, actor);
  }

  /** The row of a token that is about to be handed out: without it, it is not. */
  async recordToken(
    session: Session,
    issued: { readonly tokenId: string; readonly expiresAtMs: number },
    {
      action,
      resource,
      scopes,
    }: { readonly action: string; readonly resource: string; readonly scopes: string },
  ): Promise<void> {
    const user = await this.users.get(session.userId);
    await this.audit.record({
      event: 'token.issued',
      context: sessionContext(session, user.role),
      action,
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'An access token was issued.',
      detail: {
        tokenId: issued.tokenId,
        resource,
        scopes,
        expiresAt: new Date(issued.expiresAtMs).toISOString(),
        actors: [...session.actors],
      },
    });
  }

  async #openSession({ userId, clientId, scopes }: StoredGrant): Promise<Session> {
    try {
      return await this.sessions.open({ userId, clientId: correlationIdOf(clientId), scopes });
    } catch (error) {
      if (error instanceof AppError && error.code === 'IDENTITY_SESSION_RATE')
        throw new OAuthRefusal(
          'temporarily_unavailable',
          'the person has opened ten sessions within a minute',
        );
      if (error instanceof AppError && error.code.startsWith('IDENTITY_USER_'))
        throw new OAuthRefusal('invalid_grant', 'the person is not active');
      throw error;
    }
  }

  async #find(id: string): Promise<StoredGrant | undefined> {
    const [found] = await this.dataSource.query<StoredGrant[]>(
      `select user_id as "userId", client_id as "clientId", scopes, session_id as "sessionId",
         revoked_at is not null as revoked
       from oauth_grants where id = $1 and expires_at > now()`,
      [id],
    );
    return found;
  }
}
