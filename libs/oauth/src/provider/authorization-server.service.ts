import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONFIGURATION, type Configuration, readOrCreateKey } from '@gatehouse/config';
import { Users } from '@gatehouse/identity';
import { Inject, Injectable } from '@nestjs/common';
import type { AccessToken, ClientCredentials, JWK, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { MetadataDocuments } from '../clients/metadata-documents.ts';
import { StoredClients, secretHash } from '../clients/stored-clients.service.ts';
import { TokenExchange } from '../delegation/token-exchange.ts';
import { Grants } from '../grants/grants.service.ts';
import { RecordStore } from '../records/record-store.ts';
import { OAuthResources } from '../resources/oauth-resources.ts';
import { SigningKeys } from '../signing/signing-keys.ts';
import { TokenIssuer } from '../tokens/token-issuer.service.ts';
import { providerAdapter } from './provider-adapter.ts';
import { type ProviderParts, providerConfiguration } from './provider-configuration.ts';
import type { Refusal } from './refusal.ts';

/** How often what is over is cleared away, and a new signing key is looked for. */
const UPKEEP_MS = 60_000;

const REFUSED = [
  'authorization.error',
  'grant.error',
  'device_authorization.error',
  'discovery.error',
  'jwks.error',
] as const;

/** A page for a person about what went wrong, in place of a redirect that nobody could trust. */
export type ErrorPage = (error: string) => {
  readonly html: string;
  readonly headers: Record<string, string>;
};

/**
 * The authorization server: `oidc-provider` on our own tables, tokens, keys and pages. Its routes are those of
 * `PATHS` that it serves itself; what it would refuse our tokens at (introspection, revocation, userinfo) is not its.
 */
@Injectable()
export class AuthorizationServer {
  #built: { readonly kids: string; readonly provider: Promise<Provider> } | undefined;
  #upkeep: NodeJS.Timeout | undefined;
  #refused: (refusal: Refusal) => void = () => undefined;
  #errorPage: ErrorPage | undefined;

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    private readonly keys: SigningKeys,
    private readonly records: RecordStore,
    private readonly clients: StoredClients,
    private readonly grants: Grants,
    private readonly users: Users,
    private readonly resources: OAuthResources,
    private readonly documents: MetadataDocuments,
    private readonly issuer: TokenIssuer,
    private readonly exchange: TokenExchange,
  ) {}

  /** Makes the keys if there are none, and clears away what is over, every minute. */
  start(): void {
    this.#upkeep ??= setInterval(() => void this.lookAfter(), UPKEEP_MS).unref();
    void this.provider().catch(() => undefined);
  }

  stop(): void {
    clearInterval(this.#upkeep);
    this.#upkeep = undefined;
  }

  /** Before the first request: who records what is refused, and how a person is told. */
  tell(refused: (refusal: Refusal) => void, errorPage: ErrorPage): void {
    this.#refused = refused;
    this.#errorPage = errorPage;
  }

  /** With the keys that are in force: those of the file now, whichever replica or command line has changed it. */
  async provider(): Promise<Provider> {
    const keys = await this.keys.current(Date.now());
    const kids = kidsOf(keys);
    if (this.#built?.kids !== kids) {
      const built = { kids, provider: this.#build(keys) };
      this.#built = built;
      built.provider.catch(() => {
        if (this.#built === built) this.#built = undefined;
      });
    }
    return this.#built.provider;
  }

  /** Answers a request whose `url` is one of the provider's paths, and whose `originalUrl` the one that was asked for. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await (await this.provider()).callback()(request, response);
  }

  /** Checks and completes client metadata. @throws OAuthRefusal `invalid_client_metadata` */
  async completeMetadata(metadata: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    const provider = await this.provider();
    const Client = provider.Client as unknown as new (metadata: object) => { metadata(): object };
    return new Client(metadata).metadata() as Record<string, unknown>;
  }

  /** What `start` does each minute. */
  async lookAfter(): Promise<void> {
    try {
      await this.records.purge();
      await this.provider();
    } catch {
      // The next minute tries again.
    }
  }

  async #build(keys: readonly JWK[]): Promise<Provider> {
    // Loaded by whoever serves, not by every command: it takes a fifth of a second.
    const { Provider, interactionPolicy } = await import('oidc-provider');
    const parts = { ...this.#parts(keys), interactionPolicy };
    const provider = new Provider(this.resources.issuer, providerConfiguration(parts));
    // The address is the public one, whatever a request says: `serve`'s caller sets these headers itself.
    provider.proxy = true;
    this.#issueOurOwn(provider);
    provider.use(answersByRedirect);
    this.exchange.register(provider);
    const emitter: EventEmitter = provider;
    for (const event of REFUSED) {
      emitter.on(event, (context: RefusedContext, error: Error) =>
        this.#refused(refusalOf(event, context, error)),
      );
    }
    return provider;
  }

  #parts(keys: readonly JWK[]): Omit<ProviderParts, 'interactionPolicy'> {
    const { installation, services } = this.configuration;
    return {
      keys,
      cookieKey: readOrCreateKey(installation, 'oauth-cookies', 32).toString('base64url'),
      adapter: providerAdapter(this.records, this.clients, this.grants),
      users: this.users,
      resources: this.resources,
      documents: this.documents,
      registration: services.settings.oauth.registration,
      renderError: async (ctx, { error }) => {
        const page = this.#errorPage?.(error);
        if (page === undefined) return;
        ctx.set(page.headers);
        ctx.type = 'html';
        ctx.body = page.html;
      },
    };
  }

  /** There is one kind of access token, and a client's secret is stored as its hash. */
  #issueOurOwn(provider: Provider): void {
    const { issuer } = this;
    provider.AccessToken.prototype.save = function save(this: AccessToken) {
      return issuer.forGrant(this);
    };
    provider.ClientCredentials.prototype.save = function save(this: ClientCredentials) {
      return issuer.forService(this);
    };
    const client = provider.Client.prototype as unknown as {
      compareClientSecret(this: { readonly clientSecret?: string }, given: string): Promise<boolean>;
    };
    client.compareClientSecret = async function compare(given) {
      return secretHash(given).toString('hex') === this.clientSecret;
    };
  }
}

/** A code comes back in the query of a redirect and in no other way: the others take a script or a form elsewhere. */
async function answersByRedirect(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  const mode = ctx.query.response_mode;
  if (ctx.path === '/authorize' && mode !== undefined && mode !== 'query') {
    ctx.status = 400;
    ctx.body = { error: 'unsupported_response_mode', error_description: 'the response mode is query' };
    return;
  }
  await next();
  const { body } = ctx;
  if (ctx.path.startsWith('/.well-known/') && typeof body === 'object' && body !== null)
    Object.assign(body, { response_modes_supported: ['query'] });
}

function kidsOf(keys: readonly JWK[]): string {
  return keys.map(({ kid }) => kid).join();
}

interface RefusedContext {
  readonly req: IncomingMessage;
  readonly path: string;
  readonly method: string;
  readonly ip: string;
}

/** What was refused, for the record: no value of the request. */
function refusalOf(event: string, { req, path, method, ip }: RefusedContext, error: Error): Refusal {
  const code = (error as { error?: unknown }).error;
  return {
    request: req,
    remoteAddress: ip,
    route: `${method} /oauth${path.split('/').slice(0, 2).join('/')}`,
    event,
    code: typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : 'server_error',
  };
}
