import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CredentialResolver } from '@gatehouse/identity';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestBrowser } from '../oauth/a-browser.ts';
import { aRegisteredClient, aRequest, REDIRECT, tokenRequest } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';

let server: TestServer;
let browser: TestBrowser;
/** One registration for all: a network may make thirty a minute. */
let config: client.Configuration;
beforeAll(async () => {
  server = await aServer();
  config = await aRegisteredClient(server);
  browser = new TestBrowser(server);
  await browser.login('maya@example.test');
});
afterAll(() => server.end());

const everything = () => `${server.url}/mcp/everything`;
const ASKED = () => ({ scope: 'mcp:everything', resource: everything() });
const resolve = (token: string, name = 'everything') =>
  server.app.get(CredentialResolver).resolve(token, `mcp/${name}`);
const idOf = (config: client.Configuration) => config.clientMetadata().client_id;

/** A code that a person has just allowed, with what its client needs to redeem it. */
async function aCode(config: client.Configuration, parameters: Record<string, string> = ASKED()) {
  const { url, verifier, state } = await aRequest(config, parameters);
  const back = await browser.authorize(url);
  return { back, verifier, state, code: back.searchParams.get('code') ?? '' };
}
const redemption = (
  config: client.Configuration,
  { code, verifier }: { code: string; verifier: string },
) => ({
  grant_type: 'authorization_code',
  client_id: idOf(config),
  code,
  code_verifier: verifier,
  redirect_uri: REDIRECT,
});
const refresh = (config: client.Configuration, token: unknown) => ({
  grant_type: 'refresh_token',
  client_id: idOf(config),
  refresh_token: String(token),
});
const live = async (answers: readonly { readonly body: Record<string, unknown> }[]) => {
  const tokens = answers.flatMap(({ body }) =>
    typeof body.access_token === 'string' ? [body.access_token] : [],
  );
  const outcomes = await Promise.all(tokens.map(async (token) => resolve(token)));
  return outcomes.filter(({ ok }) => ok).length;
};

describe('one code, one refresh token', () => {
  it('sent a hundred times at once, gives one live token at most, and what came of it ends', async () => {
    const fields = redemption(config, await aCode(config));
    const answers = await Promise.all(Array.from({ length: 100 }, () => tokenRequest(server, fields)));
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(await live(answers)).toBe(0);
    for (const { body } of answers.filter(({ status }) => status === 200)) {
      expect((await tokenRequest(server, refresh(config, body.refresh_token))).status).toBe(400);
    }
  });

  it('rotates; the old one used again, once or a hundred times at once, ends the family', async () => {
    const first = await tokenRequest(server, redemption(config, await aCode(config)));
    const second = await tokenRequest(server, refresh(config, first.body.refresh_token));
    expect(second.status).toBe(200);
    expect(await live([first, second])).toBe(2);
    expect((await tokenRequest(server, refresh(config, first.body.refresh_token))).body).toMatchObject({
      error: 'invalid_grant',
    });
    expect(await live([first, second])).toBe(0);
    expect((await tokenRequest(server, refresh(config, second.body.refresh_token))).status).toBe(400);

    const again = await tokenRequest(server, redemption(config, await aCode(config)));
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => tokenRequest(server, refresh(config, again.body.refresh_token))),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(await live([again, ...answers])).toBe(0);
  });

  it('of no mixed sequence of redemption, refresh and replay are two left alive', async () => {
    for (let round = 0; round < 4; round += 1) {
      const fields = redemption(config, await aCode(config));
      const first = await tokenRequest(server, fields);
      const steps = [
        fields,
        refresh(config, first.body.refresh_token),
        refresh(config, first.body.refresh_token),
        fields,
      ];
      const order = steps.map((_step, at) => steps[(at + round) % steps.length]!);
      const answers = [first, ...(await Promise.all(order.map((step) => tokenRequest(server, step))))];
      expect(await live(answers)).toBe(0);
      await server.sql.query("update sessions set created_at = created_at - interval '2 minutes'");
    }
  });

  it('is redeemed by its own client alone, at its own address, with its own verifier', async () => {
    const other = await aRegisteredClient(server);
    const taken = await aCode(config);
    const good = redemption(config, taken);
    for (const wrong of [
      { ...good, client_id: idOf(other) },
      { ...good, code_verifier: client.randomPKCECodeVerifier() },
      { ...good, redirect_uri: 'http://127.0.0.1:33419/callback' },
      { ...good, code: good.code.slice(0, -1) + (good.code.endsWith('A') ? 'B' : 'A') },
    ])
      expect((await tokenRequest(server, wrong)).status, JSON.stringify(wrong)).toBe(400);
    const { code_verifier: _left, ...without } = good;
    expect((await tokenRequest(server, without)).status).toBe(400);
    const rows = await server.sql.query(
      "select from audit_log where event = 'request.rejected' and action = 'POST /oauth/token' and policy = 'token_invalid'",
    );
    expect(rows.rowCount).toBeGreaterThan(0);
  });

  it('is stored as a hash, and so is a client’s secret', async () => {
    const confidential = await aRegisteredClient(server, {
      token_endpoint_auth_method: 'client_secret_post',
    });
    const secret = String(confidential.clientMetadata().client_secret);
    const { code } = await aCode(confidential);
    const dump = await server.sql.query<{ text: string }>(
      `select row_to_json(r)::text as text from oauth_records r union all
       select row_to_json(c)::text from oauth_clients c union all select row_to_json(a)::text from audit_log a`,
    );
    const stored = dump.rows.map(({ text }) => text).join('\n');
    for (const text of [code, secret]) expect(stored.includes(text)).toBe(false);
  });
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

describe('a person', () => {
  it('is asked every time by a program on this machine or one that registered itself, and shown who asks what', async () => {
    const bank = await aRegisteredClient(server, { client_name: '<b>Your Bank</b>' });
    for (let at = 0; at < 2; at += 1) {
      const { url } = await aRequest(bank, ASKED());
      const { location, page } = await browser.follow(url);
      expect(location).toBeNull();
      for (const part of [
        '&lt;b&gt;Your Bank&lt;/b&gt;',
        'registered itself',
        'this computer',
        REDIRECT,
        everything(),
      ])
        expect(page.text).toContain(part);
      expect(page.text).not.toContain('remember');
      expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(page.headers['x-frame-options']).toBe('DENY');
      expect(page.text).not.toContain('<script');
      const { location: back } = await browser.answer(page, { answer: 'allow', remember: 'yes' });
      expect(back?.searchParams.get('code')).toBeTruthy();
    }
    expect((await server.sql.query('select from oauth_consents')).rowCount).toBe(0);
  });

  it('consents only by the page’s own form, at the browser that began, and once', async () => {
    const { url } = await aRequest(config, ASKED());
    const { page } = await browser.follow(url);
    const path = /action="(\/oauth\/consent\/[^"]+)"/.exec(page.text)![1]!;
    const forged = { answer: 'allow', csrf_token: 'f'.repeat(64) };
    expect((await browser.send('POST', path, forged)).status).toBe(400);
    expect((await browser.send('POST', path, forged, 'cross-site')).status).toBe(403);
    const other = new TestBrowser(server);
    await other.login('jon@example.test');
    expect((await other.open(path)).page.status).toBe(400);
    expect((await browser.answer(page, { answer: 'allow' })).location?.searchParams.get('code')).toBeTruthy();
    await expect(browser.answer(page, { answer: 'allow' })).resolves.toMatchObject({ page: { status: 400 } });
  });

  it('is on record with each answer', async () => {
    const { rows } = await server.sql.query(
      "select event, decision, user_id from audit_log where event like 'consent.%' order by id desc limit 50",
    );
    expect(new Set(rows.map(({ event }) => event))).toEqual(new Set(['consent.given', 'consent.refused']));
    expect(new Set(rows.map(({ user_id: user }) => user)).size).toBe(1);
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

const register = (body: object) =>
  plainRequest(server.port, {
    method: 'POST',
    path: '/oauth/register',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('headers', () => {
  it('give nobody a name, an address or an issuer', async () => {
    const spoofed = {
      'x-user-id': 'someone',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-proxy-verified': 'true',
    };
    const { text } = await plainRequest(server.port, {
      path: '/.well-known/oauth-authorization-server',
      headers: spoofed,
    });
    expect(text).not.toContain('evil.example');
    expect(JSON.parse(text)).toMatchObject({
      issuer: server.url,
      token_endpoint: `${server.url}/oauth/token`,
    });
    const userinfo = await plainRequest(server.port, { path: '/oauth/userinfo', headers: spoofed });
    expect(userinfo.status).toBe(401);
  });
});
