import { systemContext } from '@gatehouse/audit';
import { Users } from '@gatehouse/identity';
import { ServiceClients } from '@gatehouse/oauth';
import * as client from 'openid-client';
import type { TestServer } from '../support/a-server.ts';

export const REDIRECT = 'http://127.0.0.1:33418/callback';
export const CODE = 'authorization_code';
export const REFRESH = 'refresh_token';
const INSECURE = { execute: [client.allowInsecureRequests] };

const AUTHENTICATION: Readonly<Record<string, client.ClientAuth>> = {
  none: client.None(),
  client_secret_basic: client.ClientSecretBasic(),
  client_secret_post: client.ClientSecretPost(),
};

/** A program that has just registered itself, with openid-client. */
export function aRegisteredClient(
  server: TestServer,
  metadata: Readonly<Record<string, string | string[]>> = {},
): Promise<client.Configuration> {
  return client.dynamicClientRegistration(
    new URL(server.url),
    {
      client_name: 'A strict client',
      redirect_uris: [REDIRECT],
      grant_types: [CODE, REFRESH],
      token_endpoint_auth_method: 'none',
      ...metadata,
    },
    AUTHENTICATION[`${metadata.token_endpoint_auth_method ?? 'none'}`],
    INSECURE,
  );
}

/** A program that is known without having registered: the command line, or one with a metadata document. */
export function aKnownClient(server: TestServer, id: string): Promise<client.Configuration> {
  return client.discovery(new URL(server.url), id, undefined, client.None(), INSECURE);
}

let services = 0;

/** A service with a secret, and the user that it acts as. */
export async function aService(server: TestServer, agentId?: string): Promise<client.Configuration> {
  services += 1;
  const email = `service-${services}@example.test`;
  await server.app.get(Users).create({ email, role: 'service' });
  const made = await server.app
    .get(ServiceClients)
    .create(
      { name: `service ${services}`, user: email, ...(agentId === undefined ? {} : { agentId }) },
      systemContext(),
    );
  const secret = made.secret.reveal();
  return client.discovery(
    new URL(server.url),
    made.client.id,
    undefined,
    client.ClientSecretBasic(secret),
    INSECURE,
  );
}

/** An authorization request with what it needs to be completed. */
export async function aRequest(
  config: client.Configuration,
  parameters: Readonly<Record<string, string>>,
): Promise<{ readonly url: URL; readonly verifier: string; readonly state: string }> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...parameters,
  });
  return { url, verifier, state };
}

/** One raw request to the token endpoint: status and body, whatever they are. */
export async function tokenRequest(
  server: TestServer,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${server.url}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
