import type { IncomingMessage, ServerResponse } from 'node:http';
import { Sessions } from '@gatehouse/identity';
import { Injectable } from '@nestjs/common';
import type { Provider } from 'oidc-provider';
import { isLoopback, redirectHost } from '../clients/redirect-safety.ts';
import { nameOf } from '../clients/registration.service.ts';
import { oauthError } from '../oauth-error.ts';
import { OAuthRefusal } from '../oauth-refusal.ts';
import { AuthorizationServer } from '../provider/authorization-server.service.ts';
import { OAuthResources } from '../resources/oauth-resources.ts';
import { Consents } from './consents.service.ts';
import { GrantedAccess, type Person } from './granted-access.service.ts';
import { type AskingClient, clientOrigin, type WantedAccess, wantedAccess } from './wanted-access.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** An authorization request under way at one browser. */
export interface AuthorizationRequest {
  readonly uid: string;
  readonly client: AskingClient;
  readonly wanted: WantedAccess;
  readonly redirectUri: string;
  /** A host, or the scheme by which a program on this machine is called. */
  readonly redirectHost: string;
  /** The answer goes to whatever program listens on the person's own machine. */
  readonly loopback: boolean;
  readonly interaction: Interaction;
}

/** Authorization requests, from the provider's redirect to our page until the person has answered. */
@Injectable()
export class AuthorizationRequests {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly resources: OAuthResources,
    private readonly consents: Consents,
    private readonly granted: GrantedAccess,
    private readonly sessions: Sessions,
  ) {}

  /**
   * The one that this browser's cookie and the address both name.
   * @throws AppError `OAUTH_REQUEST_UNKNOWN`, `OAUTH_REQUEST_ANSWERED`
   */
  async get(request: IncomingMessage, response: ServerResponse, uid: string): Promise<AuthorizationRequest> {
    const provider = await this.server.provider();
    const interaction = await this.#interaction(provider, request, response);
    if (interaction.uid !== uid) throw oauthError('OAUTH_REQUEST_UNKNOWN');
    if (interaction.result !== undefined) throw oauthError('OAUTH_REQUEST_ANSWERED');
    const { client_id: clientId, redirect_uri: redirectUri } = interaction.params;
    const client = await provider.Client.find(String(clientId));
    if (client === undefined || typeof redirectUri !== 'string') throw oauthError('OAUTH_REQUEST_UNKNOWN');
    return {
      uid,
      client: { id: client.clientId, name: nameOf(client.clientName), origin: clientOrigin(client.clientId) },
      wanted: wantedAccess(interaction.params, this.resources),
      redirectUri,
      redirectHost: redirectHost(redirectUri),
      loopback: isLoopback(redirectUri),
      interaction,
    };
  }

  /** Whether the request wants a login later than the person's (`prompt=login`, `max_age`). */
  async wantsFreshLogin({ interaction }: AuthorizationRequest, person: Person): Promise<boolean> {
    const { prompt, max_age: maxAge } = interaction.params;
    const { createdAt } = await this.sessions.get(person.sessionId);
    const loggedInS = Math.floor(createdAt.getTime() / 1000);
    if (hasPrompt(prompt, 'login') && loggedInS < (interaction.iat ?? 0)) return true;
    return maxAge !== undefined && Date.now() / 1000 - loggedInS > Number(maxAge);
  }

  /** Whether the person has agreed to just this before, where that may be remembered. */
  async isRemembered(asked: AuthorizationRequest, person: Person): Promise<boolean> {
    if (hasPrompt(asked.interaction.params.prompt, 'consent')) return false;
    return this.consents.remembers(this.#consent(asked, person));
  }

  mayRemember(asked: AuthorizationRequest): boolean {
    return this.consents.mayRemember({ clientId: asked.client.id, redirectUri: asked.redirectUri });
  }

  /** Grants what was asked for. Returns our own path on which the browser takes the code to the client. */
  async allow(asked: AuthorizationRequest, person: Person, { remember = false } = {}): Promise<string> {
    const provider = await this.server.provider();
    if (asked.wanted.scopes.length === 0)
      return this.#finish(asked, new OAuthRefusal('invalid_target', 'name a resource'));
    const { client, wanted } = asked;
    const grantId = await this.granted.allow(provider, person, {
      client,
      wanted,
      target: asked.redirectHost,
    });
    if (remember) await this.consents.remember(this.#consent(asked, person));
    const { createdAt } = await this.sessions.get(person.sessionId);
    const ts = Math.floor(createdAt.getTime() / 1000);
    const { interaction } = asked;
    // What is granted is what was shown, whatever else the request named.
    interaction.params.scope = wanted.scopes.map(({ scope }) => scope).join(' ');
    interaction.result = { login: { accountId: person.userId, remember: false, ts }, consent: { grantId } };
    return this.#save(interaction);
  }

  async refuse(asked: AuthorizationRequest, person: Person): Promise<string> {
    const { client, wanted } = asked;
    await this.granted.refuse(person, { client, wanted, target: asked.redirectHost });
    return this.#finish(asked, new OAuthRefusal('access_denied', 'the person refused'));
  }

  async #finish({ interaction }: AuthorizationRequest, error: OAuthRefusal): Promise<string> {
    interaction.result = { error: error.error, error_description: error.error_description ?? '' };
    return this.#save(interaction);
  }

  async #save(interaction: Interaction): Promise<string> {
    await interaction.save((interaction.exp ?? 0) - Math.floor(Date.now() / 1000));
    return new URL(interaction.returnTo).pathname;
  }

  #consent({ client, wanted, redirectUri }: AuthorizationRequest, { userId }: Person) {
    const scopes = wanted.scopes.map(({ scope }) => scope);
    return { userId, clientId: client.id, redirectUri, resource: wanted.resourceUrl ?? '', scopes };
  }

  async #interaction(
    provider: Provider,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Interaction> {
    try {
      return await provider.interactionDetails(request, response);
    } catch (cause) {
      throw oauthError('OAUTH_REQUEST_UNKNOWN', { cause });
    }
  }
}

function hasPrompt(prompt: unknown, name: string): boolean {
  return typeof prompt === 'string' && prompt.split(' ').includes(name);
}
