import { AccessTokens, type IssuedToken, type Resource, type Session } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type { AccessToken, ClientCredentials } from 'oidc-provider';
import { ServiceSessions } from '../clients/service-sessions.service.ts';
import { StoredClients } from '../clients/stored-clients.service.ts';
import { Grants } from '../grants/grants.service.ts';
import { OAuthRefusal } from '../oauth-refusal.ts';
import { OAuthResources } from '../resources/oauth-resources.ts';

/** What the provider has decided about a token, and learns from us how long it is good for. */
interface Wanted {
  readonly aud?: string | string[] | undefined;
  readonly scope?: string | undefined;
  readonly clientId?: string | undefined;
  expiresIn?: number | undefined;
}

/**
 * Issues what `oidc-provider` wants to issue as an access token of our own: of the one kind that there is, on a stored
 * session, for one resource, and with a row before it is handed out.
 */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly grants: Grants,
    private readonly clients: StoredClients,
    private readonly services: ServiceSessions,
    private readonly resources: OAuthResources,
  ) {}

  /** For a person's grant. */
  async forGrant(wanted: AccessToken): Promise<string> {
    if (wanted.grantId === undefined) throw new OAuthRefusal('invalid_grant', 'no grant');
    const session = await this.grants.session(wanted.grantId);
    const how = (wanted.gty ?? 'unknown').split(' ').at(-1);
    return this.issue(wanted, session, `oauth.${how}`);
  }

  /** For a service that acts in its own name. */
  async forService(wanted: ClientCredentials): Promise<string> {
    const session = await this.services.session(wanted.clientId ?? '');
    return this.issue(wanted, session, 'oauth.client_credentials');
  }

  /** Signs, and records before the token is handed out. */
  async issue(wanted: Wanted, session: Session, action: string): Promise<string> {
    const resource = this.#resourceOf(wanted.aud);
    const scopes = wanted.scope === undefined || wanted.scope === '' ? [] : wanted.scope.split(' ');
    const issued = await this.#sign(session, resource, scopes);
    const url = this.resources.urlOf(resource);
    await this.grants.recordToken(session, issued, { action, resource: url, scopes: scopes.join(' ') });
    await this.clients.touch(wanted.clientId ?? '');
    wanted.expiresIn = Math.max(1, Math.floor((issued.expiresAtMs - Date.now()) / 1000));
    return issued.token;
  }

  async #sign(session: Session, resource: Resource, scopes: readonly string[]): Promise<IssuedToken> {
    try {
      return await this.tokens.issueToken({ session, resource, scopes });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'IDENTITY_SCOPE_EXCEEDED') throw new OAuthRefusal('invalid_scope', 'not granted');
      throw new OAuthRefusal('invalid_grant', error.code);
    }
  }

  #resourceOf(audience: string | string[] | undefined): Resource {
    if (audience === undefined) return 'userinfo';
    const resource = typeof audience === 'string' ? this.resources.find(audience) : undefined;
    if (resource === undefined) throw new OAuthRefusal('invalid_target', 'there is no such resource');
    return resource;
  }
}
