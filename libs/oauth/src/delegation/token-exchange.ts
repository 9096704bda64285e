import {
  Agents,
  CredentialResolver,
  type Principal,
  type Session,
  Sessions,
  Users,
} from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { TOKEN_EXCHANGE_GRANT } from '../clients/first-party.ts';
import { StoredClients } from '../clients/stored-clients.service.ts';
import { OAuthRefusal } from '../oauth-refusal.ts';
import { OAuthResources } from '../resources/oauth-resources.ts';
import { TokenIssuer } from '../tokens/token-issuer.service.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const PARAMETERS = new Set([
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'actor_token',
  'actor_token_type',
  'audience',
  'resource',
  'scope',
]);

/**
 * Token exchange (RFC 8693) for agents: a service that is an agent gives a user's token, or that of an agent which
 * acts for the user, and gets one with which it acts for the same user. It is good for no resource and no scope that
 * the given one is not good for, ends with it, and what it may do each agent of the chain has to be given (threat T19).
 */
@Injectable()
export class TokenExchange {
  constructor(
    private readonly clients: StoredClients,
    private readonly credentials: CredentialResolver,
    private readonly sessions: Sessions,
    private readonly users: Users,
    private readonly agents: Agents,
    private readonly resources: OAuthResources,
    private readonly issuer: TokenIssuer,
  ) {}

  register(provider: Provider): void {
    provider.registerGrantType(TOKEN_EXCHANGE_GRANT, (ctx) => this.#exchange(ctx), PARAMETERS);
  }

  async #exchange(ctx: KoaContextWithOIDC): Promise<void> {
    const params = (ctx.oidc.params ?? {}) as Readonly<Record<string, unknown>>;
    const clientId = ctx.oidc.client?.clientId ?? '';
    const client = await this.clients.find(clientId);
    const agentId = client?.agentId ?? null;
    if (agentId === null || (await this.users.find(client?.userId ?? ''))?.status !== 'active')
      throw new OAuthRefusal('unauthorized_client', 'only services that are agents exchange tokens');
    if (params.actor_token !== undefined)
      throw new OAuthRefusal('invalid_request', 'the actor is the client');
    const token = required(params, 'subject_token');
    expectType(params.subject_token_type, 'subject_token_type', true);
    expectType(params.requested_token_type, 'requested_token_type', false);
    const { principal, url } = await this.#subject(token, params);
    const parent = await this.sessions.get(principal.sessionId);
    const scopes = scopesOf(params.scope, principal, this.resources.scopesAt(url));
    const session = await this.#delegate(parent, { agentId, clientId, scopes });
    const wanted = {
      aud: url,
      scope: scopes.join(' '),
      clientId,
      expiresIn: undefined as number | undefined,
    };
    const issued = await this.issuer.issue(wanted, session, 'oauth.token_exchange');
    ctx.body = {
      access_token: issued,
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: wanted.expiresIn,
      scope: wanted.scope,
    };
  }

  /**
   * Whose token it is, and which resource the new one is for: the token's own. Only a token for the API that is bound
   * to no scopes, so stands for whatever the user may do, is good for getting one for another resource.
   */
  async #subject(
    token: string,
    { resource, audience }: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly principal: Principal; readonly url: string }> {
    const asked = resource ?? audience;
    if (asked !== undefined && (typeof asked !== 'string' || this.resources.find(asked) === undefined))
      throw new OAuthRefusal('invalid_target', 'there is no such resource');
    for (const own of this.resources.all()) {
      const outcome = await this.credentials.resolve(token, own);
      if (!outcome.ok && outcome.problem === 'wrong_audience') continue;
      if (!outcome.ok) break;
      const { principal } = outcome;
      const url = asked ?? principal.audience;
      if (url !== principal.audience && (own !== 'api' || principal.scopes !== null))
        throw new OAuthRefusal('invalid_target', 'the subject token is not good for that resource');
      return { principal, url };
    }
    throw new OAuthRefusal('invalid_request', 'the subject token is not good here');
  }

  async #delegate(
    parent: Session,
    { agentId, ...by }: { agentId: string; clientId: string; scopes: readonly string[] },
  ): Promise<Session> {
    try {
      return await this.agents.openSession(parent, agentId, by);
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('IDENTITY_')) throw error;
      if (error.code === 'IDENTITY_SESSION_RATE')
        throw new OAuthRefusal('temporarily_unavailable', 'ten sessions of this user within a minute');
      throw new OAuthRefusal('access_denied', error.code);
    }
  }
}

/** Those that were asked for, none of which the given token lacks; where none was asked for, all that it has. */
function scopesOf(asked: unknown, { scopes }: Principal, offered: readonly string[]): readonly string[] {
  const held = scopes === null ? offered : offered.filter((one) => scopes.includes(one));
  if (typeof asked !== 'string' || asked === '') return held;
  const wanted = [...new Set(asked.split(' '))];
  const missing = wanted.filter((one) => !held.includes(one));
  if (missing.length > 0) throw new OAuthRefusal('invalid_scope', 'not granted to the subject token');
  return wanted;
}

function required(params: Readonly<Record<string, unknown>>, name: string): string {
  const value = params[name];
  if (typeof value !== 'string' || value === '')
    throw new OAuthRefusal('invalid_request', `${name} is missing`);
  return value;
}

function expectType(value: unknown, name: string, needed: boolean): void {
  if (value === undefined && !needed) return;
  if (value !== ACCESS_TOKEN) throw new OAuthRefusal('invalid_request', `${name} is an access token`);
}
