import type * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestBrowser } from '../oauth/a-browser.ts';
import { aRegisteredClient, aRequest, REDIRECT } from '../oauth/an-issuer.ts';
import type { TestServer } from '../support/a-server.ts';
import { anAuthorizationFlow, askedAt } from '../support/an-authorization-flow.ts';

let server: TestServer;
let browser: TestBrowser;
let config: client.Configuration;
beforeAll(async () => {
  ({ server, browser, config } = await anAuthorizationFlow());
});
afterAll(() => server.end());

const ASKED = () => askedAt(server);
const everything = () => ASKED().resource;

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
    await browser.authorize((await aRequest(config, ASKED())).url, 'refuse');
    const { rows } = await server.sql.query(
      "select event, decision, user_id from audit_log where event like 'consent.%' order by id desc limit 50",
    );
    expect(new Set(rows.map(({ event }) => event))).toEqual(new Set(['consent.given', 'consent.refused']));
    expect(new Set(rows.map(({ user_id: user }) => user)).size).toBe(1);
  });
});
