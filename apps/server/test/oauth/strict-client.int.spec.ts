import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { TestBrowser } from './a-browser.ts';
import { REDIRECT } from './an-issuer.ts';

const INSECURE = { [oauth.allowInsecureRequests]: true };
let server: TestServer;
let browser: TestBrowser;
let issuer: oauth.AuthorizationServer;
let program: oauth.Client;

beforeAll(async () => {
  server = await aServer();
  await server.discovered;
  browser = new TestBrowser(server);
  await browser.login('maya@example.test');
});
afterAll(() => server.end());

const resource = () => new URL(`${server.url}/mcp/everything`);

/** The answer to an authorization request that a person has just allowed, and what completes it. */
async function answered() {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(issuer.authorization_endpoint!);
  const parameters = {
    client_id: program.client_id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'mcp:everything',
    resource: resource().href,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { back: await browser.authorize(url), verifier, state };
}

describe('oauth4webapi, which forgives nothing', () => {
  it('finds its way from an MCP server to its issuer, by documents that each name what they are of', async () => {
    const found = await oauth.resourceDiscoveryRequest(resource(), INSECURE);
    const metadata = await oauth.processResourceDiscoveryResponse(resource(), found);
    expect(metadata.authorization_servers).toEqual([server.url]);
    expect(metadata.scopes_supported).toContain('mcp:everything');
    const identifier = new URL(metadata.authorization_servers![0]!);
    for (const algorithm of ['oauth2', 'oidc'] as const) {
      const response = await oauth.discoveryRequest(identifier, { ...INSECURE, algorithm });
      issuer = await oauth.processDiscoveryResponse(identifier, response);
      expect(issuer).toMatchObject({
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      });
    }
  });

  it('registers, is let in by a person and calls, by one challenge that says what it needs', async () => {
    const registered = await oauth.dynamicClientRegistrationRequest(
      issuer,
      {
        redirect_uris: [REDIRECT],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      },
      INSECURE,
    );
    program = await oauth.processDynamicClientRegistrationResponse(registered);
    const call = (token: string) => {
      const headers = new Headers({
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      });
      const params = {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'strict', version: '1' },
      };
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      return oauth.protectedResourceRequest(token, 'POST', resource(), headers, body, INSECURE);
    };
    const challenge = await call('nonsense').then(
      () => null,
      (error: unknown) => error,
    );
    expect(challenge).toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
    expect((challenge as oauth.WWWAuthenticateChallengeError).cause).toMatchObject([
      {
        scheme: 'bearer',
        parameters: { resource_metadata: expect.stringContaining('/mcp/everything') as string },
      },
    ]);
    const { back, verifier, state } = await answered();
    const valid = oauth.validateAuthResponse(issuer, program, back, state);
    const additionalParameters = { resource: resource().href };
    const granted = await oauth.authorizationCodeGrantRequest(
      issuer,
      program,
      oauth.None(),
      valid,
      REDIRECT,
      verifier,
      { ...INSECURE, additionalParameters },
    );
    const tokens = await oauth.processAuthorizationCodeResponse(issuer, program, granted);
    expect((await call(tokens.access_token)).status).toBe(200);
    const asked = await oauth.refreshTokenGrantRequest(
      issuer,
      program,
      oauth.None(),
      tokens.refresh_token!,
      INSECURE,
    );
    const refreshed = await oauth.processRefreshTokenResponse(issuer, program, asked);
    expect((await call(refreshed.access_token)).status).toBe(200);
    const revoked = await oauth.revocationRequest(
      issuer,
      program,
      oauth.None(),
      refreshed.refresh_token!,
      INSECURE,
    );
    await oauth.processRevocationResponse(revoked);
    await expect(call(refreshed.access_token)).rejects.toThrow();
  });

  it('takes no answer for that of another issuer, nor one without a name (mix-up, RFC 9207)', async () => {
    const { back, state } = await answered();
    const other = { ...issuer, issuer: 'https://other.example' };
    expect(() => oauth.validateAuthResponse(other, program, back, state)).toThrow(/iss/);
    const unnamed = new URL(back);
    unnamed.searchParams.delete('iss');
    expect(() => oauth.validateAuthResponse(issuer, program, unnamed, state)).toThrow(/iss/);
    expect(() => oauth.validateAuthResponse(issuer, program, back, state)).not.toThrow();
  });
});
