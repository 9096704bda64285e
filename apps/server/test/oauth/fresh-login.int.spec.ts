import * as client from 'openid-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { TestBrowser } from './a-browser.ts';
import { aRegisteredClient, aRequest } from './an-issuer.ts';

let server: TestServer;
let config: client.Configuration;
let browser: TestBrowser;
beforeAll(async () => {
  server = await aServer({ tools: false });
  config = await aRegisteredClient(server);
});
beforeEach(async () => {
  await server.sql.query("update sessions set created_at = created_at - interval '5 minutes'");
  browser = new TestBrowser(server);
  await browser.login('maya@example.test');
});
afterAll(() => server.end());

/** As if the person had logged in two minutes before. */
const wait = () =>
  server.sql.query(
    "update sessions set created_at = created_at - interval '2 minutes' where kind = 'browser'",
  );
const ask = (parameters: Record<string, string>) => aRequest(config, { scope: 'openid', ...parameters });
const isLogin = (text: string) => text.includes('With a one-time code');
const isConsent = (text: string) => text.includes('Let a program have access?');

/** Logs in on the page that a request led to, and comes back to the consent that it asked for. */
async function loginAndAllow(page: { readonly text: string }): Promise<URL> {
  const returnTo = /data-return-to="([^"]+)"/.exec(page.text)?.[1] ?? '';
  expect(returnTo).toMatch(/^\/oauth\/consent\//);
  await browser.login('maya@example.test');
  const asked = await browser.open(returnTo);
  expect(isConsent(asked.page.text)).toBe(true);
  const { location } = await browser.answer(asked.page, { answer: 'allow' });
  return location!;
}

describe('a client that wants to know that it is the person now', () => {
  it('by prompt=login has the person log in again, though the browser is logged in', async () => {
    await wait();
    const { url, verifier, state } = await ask({ prompt: 'login' });
    const { page, location } = await browser.follow(url);
    expect(location).toBeNull();
    expect(isLogin(page.text)).toBe(true);
    const before = Math.floor(Date.now() / 1000);
    const back = await loginAndAllow(page);
    const tokens = await client.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
    });
    const { auth_time: authTime } = tokens.claims()!;
    if (authTime !== undefined) expect(Number(authTime)).toBeGreaterThanOrEqual(before - 1);
  });

  it('cannot be brought to the consent past the login by its address', async () => {
    await wait();
    const { url } = await ask({ prompt: 'login' });
    const { page } = await browser.follow(url);
    const returnTo = /data-return-to="([^"]+)"/.exec(page.text)![1]!;
    for (let at = 0; at < 2; at += 1) expect(isLogin((await browser.open(returnTo)).page.text)).toBe(true);
  });

  it('cannot be allowed past the login by the form of the consent', async () => {
    const thief = new TestBrowser(server, true);
    await thief.login('maya@example.test');
    const { page: own } = await thief.open('/login');
    const csrf = /name="csrf_token" value="([^"]+)"/.exec(own.text)![1]!;
    await wait();
    const { url } = await ask({ prompt: 'login' });
    await thief.follow(url);
    const path = thief.sentToLoginFrom;
    expect(path).toMatch(/^\/oauth\/consent\//);
    const answer = await thief.send('POST', path, { csrf_token: csrf, answer: 'allow' });
    expect({ status: answer.status, to: answer.headers.location }).toEqual({
      status: 303,
      to: `/login?return_to=${encodeURIComponent(path)}`,
    });
  });

  it('by max_age has one whose login is older log in again, and is told when that was', async () => {
    await wait();
    const { url, verifier, state } = await ask({ max_age: '60' });
    const { page } = await browser.follow(url);
    expect(isLogin(page.text)).toBe(true);
    const back = await loginAndAllow(page);
    const tokens = await client.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      maxAge: 60,
    });
    expect(tokens.claims()).toMatchObject({ auth_time: expect.any(Number) as number });
  });

  it('by a max_age that the login is within asks nobody again', async () => {
    await wait();
    const { url, verifier, state } = await ask({ max_age: '600' });
    const { page } = await browser.follow(url);
    expect(isConsent(page.text)).toBe(true);
    const { location } = await browser.answer(page, { answer: 'allow' });
    const checks = { pkceCodeVerifier: verifier, expectedState: state, maxAge: 600 };
    const tokens = await client.authorizationCodeGrant(config, location!, checks);
    const age = Math.floor(Date.now() / 1000) - Number(tokens.claims()!.auth_time);
    expect(age).toBeGreaterThanOrEqual(119);
  });

  it.each(['none', 'none login', 'nonsense'])(
    'by prompt=%s gets no code without a person',
    async (prompt) => {
      const { url } = await ask({ prompt });
      const { location, page } = await browser.follow(url);
      expect(location?.searchParams.get('code') ?? null).toBeNull();
      if (location === null) expect(page.status).toBe(400);
      else expect(location.searchParams.get('error')).toMatch(/required|invalid_request/);
    },
  );

  it.each(['-1', 'x', '1e9x'])('by max_age=%s is refused', async (maxAge) => {
    const { url } = await ask({ max_age: maxAge });
    const { location } = await browser.follow(url);
    expect(location?.searchParams.get('error')).toBe('invalid_request');
  });
});
