import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CredentialResolver } from '@gatehouse/identity';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrowser } from '../oauth/a-browser.ts';
import { aRequest, REDIRECT, tokenRequest } from '../oauth/an-issuer.ts';
import type { TestServer } from '../support/a-server.ts';
import {
  anAuthorizationFlow,
  askedAt,
  redemption,
  refresh,
  takeCode,
} from '../support/an-authorization-flow.ts';
import { plainRequest } from '../support/plain-request.ts';

let server: TestServer;
let browser: TestBrowser;
let config: client.Configuration;
beforeAll(async () => {
  ({ server, browser, config } = await anAuthorizationFlow());
});
afterAll(() => server.end());

const ASKED = () => askedAt(server);
const resolve = (token: string, name: string) =>
  server.app.get(CredentialResolver).resolve(token, `mcp/${name}`);
const aCode = (of: client.Configuration, parameters?: Record<string, string>) =>
  takeCode({ server, browser }, of, parameters);
const register = (body: object) =>
  plainRequest(server.port, {
    method: 'POST',
    path: '/oauth/register',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('a redirect', () => {
  it.each([
    ['another port of another host', 'http://10.0.0.1:33418/callback'],
    ['another path', 'http://127.0.0.1:33418/callback/evil'],
    ['a host that begins alike', 'http://127.0.0.1.evil.example:33418/callback'],
    ['a user that looks like the host', 'http://127.0.0.1:33418@evil.example/callback'],
    ['a script', 'javascript:alert(1)'],
    ['nothing', ''],
  ])('never leads to %s: the person is told, on our own page', async (_what, redirect) => {
    const { url } = await aRequest(config, { ...ASKED(), redirect_uri: redirect });
    const { location, page } = await browser.follow(url);
    expect(location).toBeNull();
    expect([400, 401]).toContain(page.status);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).not.toContain('evil.example');
  });

  it('goes back to a program on this machine at whatever port it listens (RFC 8252)', async () => {
    const { url } = await aRequest(config, { ...ASKED(), redirect_uri: 'http://127.0.0.1:40404/callback' });
    expect((await browser.authorize(url)).port).toBe('40404');
  });

  it.each([
    ['plain http elsewhere', ['http://app.example/callback']],
    ['a script', ['javascript:alert(1)']],
    ['data', ['data:text/html,x']],
    ['a fragment', ['https://app.example/#x']],
    ['a user', ['https://user@app.example/callback']],
    ['eleven addresses', Array.from({ length: 11 }, (_, at) => `https://app.example/${at}`)],
  ])('is not registered: %s', async (_what, redirect_uris) => {
    const response = await register({ redirect_uris });
    expect(response.status).toBe(400);
  });

  it('names who issued it, also when it brings an error (RFC 9207)', async () => {
    const { url } = await aRequest(config, ASKED());
    const back = await browser.authorize(url, 'refuse');
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.get('iss')).toBe(server.url);
    expect(back.searchParams.get('code')).toBeNull();
  });
});

describe('a request', () => {
  it.each([
    ['without PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['with a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for a token in the address', { response_type: 'token' }, 'unsupported_response_type'],
    ['for a resource elsewhere', { resource: 'https://mcp.example/mcp' }, 'invalid_target'],
    ['for no resource and nothing else', { resource: '', scope: 'mcp:nowhere' }, 'invalid_target'],
  ] as const)('%s is refused', async (_what, changed, code) => {
    const { url } = await aRequest(config, ASKED());
    for (const [name, value] of Object.entries(changed)) {
      if (value === '') url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    const back = await browser.authorize(url);
    const said = new URLSearchParams(back.hash === '' ? back.search : back.hash.slice(1));
    expect(said.get('error')).toBe(code);
  });

  it('for two resources is refused: a token is good for one', async () => {
    const { url } = await aRequest(config, ASKED());
    url.searchParams.append('resource', `${server.url}/mcp/filesystem`);
    expect((await browser.authorize(url)).searchParams.get('error')).toBe('invalid_target');
  });

  it('brings no more scopes than were shown, and none of another resource', async () => {
    const taken = await aCode(config, {
      ...ASKED(),
      scope: 'mcp:everything:list mcp:filesystem api openid admin',
    });
    const { body } = await tokenRequest(server, redemption(config, taken));
    expect(body.scope).toBe('mcp:everything:list');
    expect(await resolve(String(body.access_token), 'filesystem')).toEqual({
      ok: false,
      problem: 'wrong_audience',
    });
    const more = { ...refresh(config, body.refresh_token), resource: `${server.url}/mcp/filesystem` };
    expect((await tokenRequest(server, more)).body).toMatchObject({ error: 'invalid_target' });
    const listing = await tokenRequest(
      server,
      redemption(config, await aCode(config, { ...ASKED(), scope: 'mcp:everything:list' })),
    );
    const wider = { ...refresh(config, listing.body.refresh_token), scope: 'mcp:everything' };
    expect((await tokenRequest(server, wider)).body).toMatchObject({ error: 'invalid_scope' });
  });
});

describe('a client that is known by a page of its own', () => {
  const pages: Server[] = [];
  afterAll(() => Promise.all(pages.map((page) => new Promise((closed) => page.close(closed)))));
  const aPage = async (listener: RequestListener) => {
    const page = createServer(listener);
    pages.push(page);
    await new Promise<void>((listening) => page.listen(0, '127.0.0.1', listening));
    return (page.address() as AddressInfo).port;
  };
  const ask = async (clientId: string) => {
    const url = new URL(`${server.url}/oauth/authorize`);
    const parameters = {
      ...ASKED(),
      client_id: clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      state: 'x',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    url.searchParams.set(
      'code_challenge',
      await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    );
    url.searchParams.set('code_challenge_method', 'S256');
    return browser.follow(url);
  };

  it.each([
    ['this machine', 'https://127.0.0.1:8443/client.json'],
    ['this machine by name', 'https://localhost/client.json'],
    ['this machine in other spellings', 'https://2130706433/client.json'],
    ['a private network', 'https://10.0.0.8/client.json'],
    ['a metadata service', 'https://169.254.169.254/latest'],
    ['IPv6 that carries IPv4', 'https://[::ffff:10.0.0.8]/client.json'],
  ])('is not looked for at %s', async (_what, clientId) => {
    const { location, page } = await ask(clientId);
    expect(location).toBeNull();
    expect(page.status).toBe(400);
    expect(page.text).toContain('not known');
  });

  it('is looked for by nobody at plain http', async () => {
    let asked = 0;
    const port = await aPage((_request, response) => {
      asked += 1;
      response.end('{}');
    });
    expect((await ask(`http://127.0.0.1:${port}/client.json`)).page.status).toBe(400);
    expect(asked).toBe(0);
  });
});
