import { CredentialResolver } from '@gatehouse/identity';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { TestBrowser } from './a-browser.ts';
import { aKnownClient, tokenRequest } from './an-issuer.ts';

let server: TestServer;
let browser: TestBrowser;
beforeAll(async () => {
  server = await aServer({ tools: false });
  browser = new TestBrowser(server);
  await browser.login('maya@example.test');
});
afterAll(() => server.end());

const ask = async () => {
  const config = await aKnownClient(server, 'gatehouse-cli');
  const asked = await client.initiateDeviceAuthorization(config, {
    scope: 'openid profile email api',
    resource: `${server.url}/api/v1`,
  });
  return { config, asked };
};

describe('a command line elsewhere', () => {
  it('is let in by a person at a browser, who sees who asks, from where and for what', async () => {
    const { config, asked } = await ask();
    const { page } = await browser.follow(asked.verification_uri_complete!);
    for (const part of [
      asked.user_code,
      'Gatehouse command line',
      '127.0.0.1',
      'openid-client',
      'maya@example.test',
      `${server.url}/api/v1`,
      'whatever you may',
    ])
      expect(page.text).toContain(part);
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(page.text).not.toContain('<script');
    expect((await browser.answer(page, { answer: 'allow' })).page.text).toContain('Connected');
    const tokens = await client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0.1 });
    expect(tokens.claims()).toMatchObject({ name: 'Maya', email: 'maya@example.test' });
    const outcome = await server.app.get(CredentialResolver).resolve(tokens.access_token, 'api');
    expect(outcome).toMatchObject({
      ok: true,
      principal: { clientId: 'gatehouse-cli', scopes: expect.any(Array) },
    });
    const again = await tokenRequest(server, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: asked.device_code,
      client_id: 'gatehouse-cli',
    });
    expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const after = await server.app.get(CredentialResolver).resolve(tokens.access_token, 'api');
    expect(after).toEqual({ ok: false, problem: 'revoked' });
  });

  it('is told when the person refuses, and the code is of no more use', async () => {
    const { config, asked } = await ask();
    const { page } = await browser.open(asked.verification_uri_complete!);
    await browser.answer(page, { answer: 'refuse' });
    await expect(
      client.pollDeviceAuthorizationGrant(config, { ...asked, interval: 0.1 }),
    ).rejects.toMatchObject({ error: 'access_denied' });
    expect((await browser.open(asked.verification_uri_complete!)).page.status).toBe(400);
  });

  it('is not let in by a form that another site made, nor by one without the person’s token', async () => {
    const { asked } = await ask();
    const form = { user_code: asked.user_code, answer: 'allow', csrf_token: 'x' };
    expect((await browser.send('POST', '/oauth/device', form)).status).toBe(400);
    expect((await browser.send('POST', '/oauth/device', form, 'cross-site')).status).toBe(403);
    const pending = await tokenRequest(server, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: asked.device_code,
      client_id: 'gatehouse-cli',
    });
    expect(pending.body).toMatchObject({ error: 'authorization_pending' });
  });

  it('cannot be guessed: twenty codes a minute, then no more', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 21; at += 1) {
      statuses.push((await browser.open('/oauth/device?user_code=BCDF-GHJK')).page.status);
    }
    expect(statuses.filter((status) => status === 400).length).toBeLessThan(21);
    expect(statuses.at(-1)).toBe(429);
  });
});
