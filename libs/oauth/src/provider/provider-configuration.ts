import type { Users } from '@gatehouse/identity';
import type {
  interactionPolicy,
  JWK,
  KoaContextWithOIDC,
  Configuration as ProviderConfiguration,
} from 'oidc-provider';
import { FIRST_PARTY } from '../clients/first-party.ts';
import type { MetadataDocuments } from '../clients/metadata-documents.ts';
import { OAuthRefusal } from '../oauth-refusal.ts';
import type { OAuthResources } from '../resources/oauth-resources.ts';
import { accountOf } from './account-of.ts';

/** Under `/oauth`; the provider's own, and those that stand in front of it. */
export const PATHS = {
  authorization: '/authorize',
  token: '/token',
  jwks: '/jwks',
  registration: '/register',
  device_authorization: '/device_authorization',
  code_verification: '/device',
  introspection: '/introspect',
  revocation: '/revoke',
  userinfo: '/userinfo',
} as const;

type InteractionPolicy = typeof interactionPolicy;

export interface ProviderParts {
  readonly interactionPolicy: InteractionPolicy;
  readonly keys: readonly JWK[];
  readonly cookieKey: string;
  readonly adapter: NonNullable<ProviderConfiguration['adapter']>;
  readonly users: Users;
  readonly resources: OAuthResources;
  readonly documents: MetadataDocuments;
  readonly registration: boolean;
  readonly renderError: NonNullable<ProviderConfiguration['renderError']>;
}

/** OAuth 2.1 with what MCP adds, and nothing else: codes with PKCE S256, refresh tokens that rotate, devices, services. */
export function providerConfiguration(parts: ProviderParts): ProviderConfiguration {
  const { resources, documents } = parts;
  const url = (path: string) => `${resources.issuer}/oauth${path}`;
  const cookie = { httpOnly: true, sameSite: 'strict', signed: true } as const;
  return {
    adapter: parts.adapter,
    jwks: { keys: [...parts.keys] },
    clients: FIRST_PARTY,
    clientDefaults: {
      application_type: 'native',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: 'RS256',
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    responseTypes: ['code'],
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
    subjectTypes: ['public'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    routes: { ...PATHS },
    cookies: {
      names: {
        session: 'gatehouse_oauth',
        interaction: 'gatehouse_oauth_request',
        resume: 'gatehouse_oauth_resume',
      },
      long: { ...cookie, path: '/oauth' },
      short: cookie,
      keys: [parts.cookieKey],
    },
    ttl: {
      AuthorizationCode: 60,
      DeviceCode: 10 * 60,
      Grant: 24 * 60 * 60,
      IdToken: 60 * 60,
      Interaction: 10 * 60,
      RefreshToken: 24 * 60 * 60,
      Session: 15 * 60,
      AccessToken: 60 * 60,
      ClientCredentials: 60 * 60,
    },
    discovery: {
      revocation_endpoint: url(PATHS.revocation),
      revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
      introspection_endpoint: url(PATHS.introspection),
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      userinfo_endpoint: url(PATHS.userinfo),
      ...(parts.registration ? { registration_endpoint: url(PATHS.registration) } : {}),
    },
    findAccount: async (_ctx, sub) => accountOf(await parts.users.find(sub)),
    // Each authorization is decided, and granted, by itself: nothing is inherited from an earlier one.
    loadExistingGrant: async ({ oidc }) => {
      const id = oidc.result?.consent?.grantId;
      return id === undefined ? undefined : oidc.provider.Grant.find(id);
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: async () => false,
    clientBasedCORS: () => false,
    interactions: {
      policy: askAlways(parts.interactionPolicy),
      url: (_ctx, { uid }) => `/oauth/consent/${uid}`,
    },
    renderError: parts.renderError,
    fetch: (target, init) => documents.fetch(target as string | URL, init),
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        deviceInfo: ({ ip, headers }) => ({
          address: ip,
          userAgent: (headers['user-agent'] ?? '').slice(0, 200),
        }),
      },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, _client, oneOf) => impliedResource(ctx, resources, oneOf),
        useGrantedResource: async () => true,
        getResourceServerInfo: (ctx, indicator) => resourceServer(ctx, resources, indicator),
      },
      clientIdMetadataDocument: {
        enabled: documents.areRead,
        ack: 'draft-02',
        allowFetch: async (_ctx, clientId) => documents.isTrusted(clientId),
        allowClient: async (_ctx, client) => documents.isAcceptable(client),
        cacheDuration: { min: 30, max: 3600 },
      },
    },
  } as ProviderConfiguration;
}

/** Every authorization request comes to our own page, which knows who is logged in and what was agreed to before. */
function askAlways(interactionPolicy: InteractionPolicy): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'each_request',
        'each request is looked at',
        'login_required',
        ({ oidc }) => oidc.result?.login === undefined,
      ),
    );
  return policy;
}

async function impliedResource(
  { oidc }: KoaContextWithOIDC,
  resources: OAuthResources,
  oneOf: readonly string[] | undefined,
): Promise<string | string[]> {
  if (oneOf !== undefined) return [...oneOf];
  return resources.implied(oidc.requestParamScopes) ?? [];
}

function resourceServer({ oidc }: KoaContextWithOIDC, resources: OAuthResources, indicator: string) {
  const asked = oidc.params?.resource;
  if (Array.isArray(asked) && asked.length > 1)
    throw new OAuthRefusal('invalid_target', 'a token is good for one resource: name one');
  const resource = resources.find(indicator);
  if (resource === undefined) throw new OAuthRefusal('invalid_target', 'there is no such resource');
  return { scope: resources.scopeText(resource), audience: indicator, accessTokenFormat: 'opaque' as const };
}
