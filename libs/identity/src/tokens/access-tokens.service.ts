import { newId } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { createSigner } from 'fast-jwt';
import { Agents } from '../agents/agents.service.ts';
import { identityError } from '../identity-error.ts';
import { isLive, type Session } from '../sessions/session.ts';
import { actClaim } from './access-token-claims.ts';
import { ACCESS_TOKEN_TYPE } from './access-token-verifier.ts';
import type { Resource } from './resource.ts';
import { TokenAudiences } from './token-audiences.ts';
import { TokenClock } from './token-clock.ts';
import { TokenKey } from './token-key.ts';

const LIFETIME_MS = 60 * 60 * 1000;

export interface AccessTokenRequest {
  readonly session: Session;
  readonly resource: Resource;
  /** Lets this agent act for the session's user, in a session of the agent's own. */
  readonly agentId?: string;
  /** Fewer than the session was granted; left out: as many. */
  readonly scopes?: readonly string[];
}

export interface IssuedToken {
  readonly token: string;
  readonly tokenId: string;
  readonly sessionId: string;
  readonly expiresAtMs: number;
}

/** Signs access tokens: an hour at most, and for one resource. */
@Injectable()
export class AccessTokens {
  readonly #sign: (claims: Record<string, unknown>) => string;

  constructor(
    key: TokenKey,
    private readonly audiences: TokenAudiences,
    private readonly agents: Agents,
    private readonly clock: TokenClock,
  ) {
    this.#sign = createSigner({
      key: key.reveal(),
      algorithm: 'HS256',
      header: { alg: 'HS256', typ: ACCESS_TOKEN_TYPE },
      kid: key.kid,
    });
  }

  /** @throws AppError as `issueToken` */
  async issue(request: AccessTokenRequest): Promise<string> {
    return (await this.issueToken(request)).token;
  }

  /**
   * @throws AppError `IDENTITY_SESSION_ENDED`, `IDENTITY_RESOURCE_UNKNOWN`, `IDENTITY_SCOPE_EXCEEDED`, what
   *   `Agents.openSession` throws
   */
  async issueToken({ session, resource, agentId, scopes }: AccessTokenRequest): Promise<IssuedToken> {
    const audience = this.audiences.of(resource);
    if (audience === undefined) throw identityError('IDENTITY_RESOURCE_UNKNOWN');
    const own =
      agentId === undefined || agentId === session.agentId
        ? session
        : await this.agents.openSession(session, agentId);
    const nowMs = this.clock.now();
    if (!isLive(own, nowMs) || (own.kind !== 'user' && own.kind !== 'agent'))
      throw identityError('IDENTITY_SESSION_ENDED');
    const scope = scopes ?? own.scopes;
    if (own.scopes !== null && scope?.some((one) => !own.scopes?.includes(one)) === true) {
      throw identityError('IDENTITY_SCOPE_EXCEEDED');
    }
    const tokenId = newId();
    const iat = Math.floor(nowMs / 1000);
    const exp = Math.ceil(Math.min(nowMs + LIFETIME_MS, own.expiresAt.getTime()) / 1000);
    const token = this.#sign({
      iss: this.audiences.issuer,
      aud: audience,
      sub: own.userId,
      sid: own.id,
      client_id: own.clientId,
      ...(own.agentId === null ? {} : { agent: own.agentId }),
      ...actClaim(own.actors),
      ...(scope === null ? {} : { scope: scope.join(' ') }),
      jti: tokenId,
      iat,
      exp,
    });
    return { token, tokenId, sessionId: own.id, expiresAtMs: exp * 1000 };
  }
}
