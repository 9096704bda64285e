import type * as client from 'openid-client';
import { TestBrowser } from '../oauth/a-browser.ts';
import { aRegisteredClient, aRequest, REDIRECT } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from './a-server.ts';
import { uncalledMcpServers } from './uncalled-mcp-servers.ts';

/** What it takes for a program to get a code: a server, the program, and a person who is logged in. */
export interface AuthorizationFlow {
  readonly server: TestServer;
  readonly browser: TestBrowser;
  /** One registration for all: a network may make thirty a minute. */
  readonly config: client.Configuration;
}

export async function anAuthorizationFlow(): Promise<AuthorizationFlow> {
  const server = await aServer({
    configure: (configuration) => ({
      ...configuration,
      services: { ...configuration.services, mcpServers: uncalledMcpServers(configuration) },
    }),
  });
  const config = await aRegisteredClient(server);
  const browser = new TestBrowser(server);
  await browser.login('maya@example.test');
  return { server, browser, config };
}

/** One MCP server, with all that its scope allows. */
export const askedAt = ({ url }: TestServer) => ({
  scope: 'mcp:everything',
  resource: `${url}/mcp/everything`,
});

export interface TakenCode {
  readonly code: string;
  readonly verifier: string;
}

/** A code that a person has just allowed, with what its client needs to redeem it. */
export async function takeCode(
  { server, browser }: Pick<AuthorizationFlow, 'server' | 'browser'>,
  config: client.Configuration,
  parameters: Readonly<Record<string, string>> = askedAt(server),
): Promise<TakenCode> {
  const { url, verifier } = await aRequest(config, parameters);
  const back = await browser.authorize(url);
  return { verifier, code: back.searchParams.get('code') ?? '' };
}

export const idOf = (config: client.Configuration) => config.clientMetadata().client_id;

/** The fields with which a code's client redeems it. */
export const redemption = (config: client.Configuration, { code, verifier }: TakenCode) => ({
  grant_type: 'authorization_code',
  client_id: idOf(config),
  code,
  code_verifier: verifier,
  redirect_uri: REDIRECT,
});

export const refresh = (config: client.Configuration, token: unknown) => ({
  grant_type: 'refresh_token',
  client_id: idOf(config),
  refresh_token: String(token),
});
