import {
  type AccessTokenClaims,
  AccessTokenVerifier,
  CredentialResolver,
  type Principal,
  type Resource,
  Sessions,
  TokenAudiences,
  type User,
  Users,
} from '@gatehouse/identity';
import { Injectable } from '@nestjs/common';
import type { Client } from 'oidc-provider';
import { correlationIdOf } from '../clients/correlation-id-of.ts';
import { StoredClients } from '../clients/stored-clients.service.ts';
import { Grants } from '../grants/grants.service.ts';
import { claimsOf } from '../provider/account-of.ts';
import { AuthorizationServer } from '../provider/authorization-server.service.ts';
import { OAuthResources } from '../resources/oauth-resources.ts';

const INACTIVE = { active: false } as const;

/** What a token is worth now, taking it back, and who stands behind it: for tokens of our own kind. */
@Injectable()
export class TokenInquiry {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly verifier: AccessTokenVerifier,
    private readonly credentials: CredentialResolver,
    private readonly audiences: TokenAudiences,
    private readonly resources: OAuthResources,
    private readonly sessions: Sessions,
    private readonly grants: Grants,
    private readonly clients: StoredClients,
    private readonly users: Users,
  ) {}

  /** RFC 7662. A client learns of its own tokens; a service of any. Of whatever else, that it is not active. */
  async introspect(client: Client, token: string): Promise<Record<string, unknown>> {
    const claims = this.#claims(token);
    const resource = claims === undefined ? undefined : this.#resourceOf(claims);
    if (claims === undefined || resource === undefined) return INACTIVE;
    const own = claims.clientId === correlationIdOf(client.clientId);
    if (!own && (await this.clients.find(client.clientId))?.kind !== 'service') return INACTIVE;
    const outcome = await this.credentials.resolve(token, resource);
    if (!outcome.ok) return INACTIVE;
    return {
      active: true,
      iss: this.resources.issuer,
      aud: claims.audience,
      sub: claims.userId,
      client_id: own ? client.clientId : claims.clientId,
      token_type: 'Bearer',
      jti: claims.tokenId,
      iat: Math.floor(claims.issuedAtMs / 1000),
      exp: Math.floor(outcome.principal.expiresAtMs / 1000),
      ...(outcome.principal.scopes === null ? {} : { scope: outcome.principal.scopes.join(' ') }),
      ...(claims.actors.length === 0 ? {} : { act: actOf(claims.actors) }),
    };
  }

  /**
   * RFC 7009. An access token is taken back alone; a refresh token with the whole session that it would have gone on
   * with. Another client's token is left alone, and nobody is told whether there was one.
   */
  async revoke(client: Client, token: string): Promise<void> {
    const claims = this.#claims(token);
    if (claims !== undefined) {
      if (claims.clientId !== correlationIdOf(client.clientId)) return;
      const session = await this.sessions.find(claims.sessionId);
      if (session !== null) await this.sessions.revokeToken(session.id, claims.tokenId);
      return;
    }
    const { RefreshToken } = await this.server.provider();
    const refresh = await RefreshToken.find(token, { ignoreExpiration: true });
    if (refresh?.clientId !== client.clientId || refresh.grantId === undefined) return;
    await this.grants.revoke(refresh.grantId, 'logout');
  }

  /** OpenID Connect userinfo, from the stored user; undefined for a token that is good for something else. */
  async userinfo(token: string | undefined): Promise<Record<string, unknown> | undefined> {
    const outcome = await this.credentials.resolve(token, 'userinfo');
    if (!outcome.ok || outcome.principal.scopes?.includes('openid') !== true) return undefined;
    return told(await this.users.get(outcome.principal.userId), outcome.principal);
  }

  #claims(token: string): AccessTokenClaims | undefined {
    const verdict = this.verifier.verify(token);
    return verdict.ok ? verdict.claims : undefined;
  }

  #resourceOf({ audience }: AccessTokenClaims): Resource | undefined {
    const known = this.resources.find(audience);
    if (known !== undefined) return known;
    return (['userinfo', 'hooks'] as const).find((one) => this.audiences.of(one) === audience);
  }
}

function told(user: User, { scopes }: Principal): Record<string, unknown> {
  const { sub, name, email } = claimsOf(user);
  return {
    sub,
    ...(scopes?.includes('profile') === true ? { name } : {}),
    ...(scopes?.includes('email') === true ? { email } : {}),
  };
}

function actOf(actors: readonly string[]): object {
  return actors.reduce<object | undefined>(
    (act, sub) => (act === undefined ? { sub } : { sub, act }),
    undefined,
  )!;
}
