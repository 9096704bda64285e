import {
  LoginLinks,
  OperatorProofs,
  type OperatorRequest,
  OperatorRequests,
  type Session,
  sessionContext,
  Users,
} from '@gatehouse/identity';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestBrowser } from '../oauth/a-browser.ts';
import { aRegisteredClient, aRequest, tokenRequest } from '../oauth/an-issuer.ts';
import { aChromium } from '../support/a-chromium.ts';
import { aPasskeyBrowser, type PasskeyBrowser } from '../support/a-passkey-browser.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';

const ADMIN = 'admin@localhost';
let server: TestServer;
let chromium: Browser;
let browser: PasskeyBrowser;
let session: Session;

beforeAll(async () => {
  const evaluation = await aServer({ tools: false });
  session = await evaluation.login(ADMIN);
  const inProduction: Parameters<typeof aServer>[0] = {
    tools: false,
    beside: evaluation,
    configure: (configuration) => ({
      ...configuration,
      profile: { ...configuration.profile, mode: 'production' },
    }),
  };
  [server, chromium] = await Promise.all([aServer(inProduction), aChromium()]);
  ended.push(() => evaluation.end());
}, 240_000);
const ended: (() => Promise<void>)[] = [];
afterAll(async () => {
  await chromium?.close();
  await server?.end();
  for (const end of ended) await end();
});
beforeEach(async () => {
  browser = await aPasskeyBrowser(chromium, origin());
});
afterEach(() => browser.context.close());

/** Passkeys belong to the public URL's host, which is that of the server that this one stands beside. */
const origin = () => server.configuration.profile.publicUrl;
const requests = () => server.app.get(OperatorRequests);
const ask = (command = ['gatehouse', 'admin', 'users', 'role', 'set', 'maya@example.test', 'admin']) =>
  requests().ask({
    userId: session.userId,
    sessionId: session.id,
    command,
    origin: { uid: 1000, parent: 'bash', terminal: true },
  });
const confirm = ({ id }: OperatorRequest) =>
  server.app
    .get(OperatorProofs)
    .confirm({ kind: 'browser', operatorRequestId: id }, sessionContext(session, 'admin'));

async function linkOf(email: string): Promise<string> {
  const { url } = await server.app.get(LoginLinks).create(email);
  return url.reveal();
}
let passkeys = 0;

async function withPasskeyOf(email: string): Promise<void> {
  await browser.loginByLink(await linkOf(email), email);
  passkeys += 1;
  await browser.addPasskey(`Device ${passkeys}`);
}
const send = (path: string, body: object, headers: Record<string, string> = {}) =>
  plainRequest(server.port, {
    method: 'POST',
    path,
    headers: { origin: origin(), 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('the second proof in a real browser', () => {
  it('shows what waits and who started it, takes a passkey of that user, and is good once', async () => {
    await withPasskeyOf(ADMIN);
    await browser.context.clearCookies();
    const asked = await ask();
    const { page } = browser;
    await page.goto(requests().addressOf(asked));
    for (const text of [asked.code, 'gatehouse admin users role set maya@example.test admin', 'as user 1000'])
      await page.getByText(text).waitFor();
    await expect(confirm(asked)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    const again = await ask();
    await page.getByRole('button', { name: 'use a passkey' }).click();
    await page.getByRole('heading', { name: 'Proven' }).waitFor();
    await confirm(asked);
    await expect(confirm(asked)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    await expect(confirm(again)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    expect(await browser.context.cookies()).toEqual([]);
    const { rows } = await server.sql.query(
      `select user_id, session_id, evaluation -> 'detail' as detail from audit_log
       where event = 'admin.operator_proven'`,
    );
    expect(rows).toMatchObject([
      { user_id: session.userId, session_id: session.id, detail: { proof: 'passkey' } },
    ]);
  });

  it('takes the code of a one-time link without any script', async () => {
    const asked = await ask();
    const { page } = browser;
    await page.goto('/login/prove');
    await page.getByLabel('The code that the command line shows').fill(asked.code.toLowerCase());
    await page.getByRole('button', { name: 'Go on' }).click();
    const code = new URL(await linkOf(ADMIN)).searchParams.get('code') ?? '';
    await page.getByLabel('The code of a one-time link').fill(code);
    await page.getByRole('button', { name: 'It is me', exact: true }).click();
    await page.getByRole('heading', { name: 'Proven' }).waitFor();
    await confirm(asked);
  });

  it('is refused to the passkey of anybody else, and by an authenticator that does not know its user', async () => {
    await withPasskeyOf('maya@example.test');
    const asked = await ask();
    const { page } = browser;
    await page.goto(requests().addressOf(asked));
    await page.getByRole('button', { name: 'use a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: 'Not done' }).waitFor();
    await expect(confirm(asked)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    await browser.verifiesUser(false);
    await page.reload();
    await page.getByRole('button', { name: 'use a passkey' }).click();
    await page.locator('#passkey-problem:not([hidden])').waitFor();
    await expect(confirm(asked)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
  });

  it('is not given by an answer to a login, nor by one to another request', async () => {
    await withPasskeyOf(ADMIN);
    const [one, other] = [await ask(), await ask()];
    const { page } = browser;
    await page.goto(requests().addressOf(one));
    await page.route('**/login/prove/passkey', (route) => route.abort());
    const sent = page.waitForRequest((request) => request.url().endsWith('/login/prove/passkey'));
    await page.getByRole('button', { name: 'use a passkey' }).click();
    const { response } = (await sent).postDataJSON() as { response: object };
    expect((await send('/login/passkey', { response })).status).toBe(403);
    expect((await send('/login/prove/passkey', { code: other.code, response })).status).toBe(403);
    await expect(confirm(other)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
    expect((await send('/login/prove/passkey', { code: one.code, response })).status).toBe(200);
    expect((await send('/login/prove/passkey', { code: one.code, response })).status).toBe(403);
  });

  it('is not given by a cookie that a local process has copied', async () => {
    await withPasskeyOf(ADMIN);
    const cookie = (await browser.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const asked = await ask();
    const answer = await send(
      '/login/prove/passkey',
      { code: asked.code, response: { id: 'x' } },
      { cookie },
    );
    expect(answer.status).toBe(403);
    await expect(confirm(asked)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_WRONG' });
  });

  it('ends with a no of whoever sees the page', async () => {
    const asked = await ask();
    const { page } = browser;
    await page.goto(requests().addressOf(asked));
    await page.getByRole('button', { name: 'It is not me' }).click();
    await page.getByRole('heading', { name: 'Refused' }).waitFor();
    await expect(requests().isProven(asked.id)).rejects.toMatchObject({ code: 'IDENTITY_PROOF_REFUSED' });
  });
});

describe('in production a browser', () => {
  const write = async (csrf: string) => {
    const cookie = (await browser.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const maya = await server.app.get(Users).get('maya@example.test');
    const answer = await plainRequest(server.port, {
      method: 'POST',
      path: `/api/v1/users/${maya.id}/suspend`,
      headers: { origin: origin(), 'content-type': 'application/json', cookie, 'x-csrf-token': csrf },
      body: '{}',
    });
    return { status: answer.status, code: answer.status < 300 ? '' : JSON.parse(answer.text).code };
  };
  const csrfOf = () => browser.page.locator('input[name=csrf_token]').first().inputValue();

  it('changes something only for ten minutes after its person proved it, and reads on', async () => {
    await withPasskeyOf(ADMIN);
    const csrf = await csrfOf();
    await server.sql.query(
      "update sessions set created_at = created_at - interval '11 minutes' where kind = 'browser'",
    );
    expect(await write(csrf)).toEqual({ status: 403, code: 'SECOND_PROOF_NEEDED' });
    expect((await browser.page.request.get('/api/v1/users')).status()).toBe(200);
    await browser.page.goto('/login');
    const loaded = browser.page.waitForEvent('domcontentloaded');
    await browser.page.getByRole('button', { name: 'Log in again with a passkey' }).click();
    await loaded;
    expect((await write(await csrfOf())).status).toBeLessThan(300);
  });

  it('hands no program access by a cookie alone: who has it has not logged in just now', async () => {
    const thief = new TestBrowser(server, true);
    await thief.login(ADMIN);
    const { page: own } = await thief.open('/login');
    const csrf = /name="csrf_token" value="([^"]+)"/.exec(own.text)![1]!;
    const age = () =>
      server.sql.query(
        "update sessions set created_at = created_at - interval '11 minutes' where kind = 'browser'",
      );
    await age();
    const device = new URLSearchParams({
      client_id: 'gatehouse-cli',
      scope: 'openid offline_access api',
      resource: `${origin()}/api/v1`,
    });
    const asked = (await (
      await fetch(`http://127.0.0.1:${server.port}/oauth/device_authorization`, {
        method: 'POST',
        body: device,
      })
    ).json()) as { user_code: string; device_code: string };
    const path = `/oauth/device?user_code=${asked.user_code}`;
    await thief.open(path);
    expect(thief.sentToLoginFrom).toBe(path);
    const form = { csrf_token: csrf, user_code: asked.user_code, answer: 'allow' };
    const allowed = await thief.send('POST', '/oauth/device', form);
    expect({ status: allowed.status, to: allowed.headers.location }).toEqual({
      status: 303,
      to: `/login?return_to=${encodeURIComponent(path)}`,
    });
    const pending = await tokenRequest(server, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: asked.device_code,
      client_id: 'gatehouse-cli',
    });
    expect(pending.body).toMatchObject({ error: 'authorization_pending' });

    const config = await aRegisteredClient(server);
    const request = { scope: 'api', resource: `${origin()}/api/v1` };
    await thief.follow((await aRequest(config, request)).url);
    const consent = thief.sentToLoginFrom;
    expect(consent).toMatch(/^\/oauth\/consent\//);
    const answer = await thief.send('POST', consent, { csrf_token: csrf, answer: 'allow' });
    expect(answer.headers.location).toBe(`/login?return_to=${encodeURIComponent(consent)}`);

    const admin = new TestBrowser(server);
    await admin.login(ADMIN);
    const { page: shown } = await admin.open(path);
    expect((await admin.answer(shown, { answer: 'allow' })).page.text).toContain('Connected');
  });
});
