import { CredentialResolver } from '@gatehouse/identity';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { TestBrowser } from './a-browser.ts';

const REDIRECT = 'http://127.0.0.1:33418/callback';
let server: TestServer;
beforeAll(async () => {
  server = await aServer();
});
afterAll(() => server.end());

const issuer = () => new URL(server.url);
const everything = () => `${server.url}/mcp/everything`;

describe('openid-client, as it is', () => {
  it('registers, has a person consent, gets a token for one MCP server, refreshes it and learns who it is', async () => {
    const config = await client.dynamicClientRegistration(
      issuer(),
      {
        client_name: 'A strict client',
        redirect_uris: [REDIRECT],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'none',
      },
      client.None(),
      { execute: [client.allowInsecureRequests] },
    );
    const verifier = client.randomPKCECodeVerifier();
    const state = client.randomState();
    const nonce = client.randomNonce();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'openid profile mcp:everything',
      resource: everything(),
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const browser = new TestBrowser(server);
    await browser.login('maya@example.test');
    const back = await browser.authorize(url);
    expect(back.searchParams.get('iss')).toBe(server.url);
    const tokens = await client.authorizationCodeGrant(
      config,
      back,
      { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce },
      { resource: everything() },
    );
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'mcp:everything' });
    expect(tokens.claims()).toMatchObject({ iss: server.url, name: 'Maya' });
    const outcome = await server.app.get(CredentialResolver).resolve(tokens.access_token, 'mcp/everything');
    expect(outcome).toMatchObject({ ok: true, principal: { scopes: ['mcp:everything'] } });
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  });
});
