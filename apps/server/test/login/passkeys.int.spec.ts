import { LoginLinks, Sessions, Users } from '@gatehouse/identity';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aChromium } from '../support/a-chromium.ts';
import { aPasskeyBrowser, type PasskeyBrowser } from '../support/a-passkey-browser.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { bodyOf, canaryOf } from '../support/canary.ts';
import { everyTable } from '../support/every-table.ts';
import { plainRequest } from '../support/plain-request.ts';

let server: TestServer;
let chromium: Browser;
let context: BrowserContext;
let page: Page;
let browser: PasskeyBrowser;

beforeAll(async () => {
  [server, chromium] = await Promise.all([aServer({ tools: false }), aChromium()]);
}, 240_000);
afterAll(async () => {
  await chromium?.close();
  await server?.end();
});

beforeEach(async () => {
  browser = await aPasskeyBrowser(chromium, server.url);
  ({ context, page } = browser);
});
afterEach(() => context.close());

async function loginByLink(email: string): Promise<void> {
  const { url } = await server.app.get(LoginLinks).create(email);
  await browser.loginByLink(url.reveal(), email);
}

const addPasskey = (name?: string) => browser.addPasskey(name);

async function logout(): Promise<void> {
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('Log in again').waitFor();
}

const loginByPasskey = async (path = '/login') => {
  await page.goto(path);
  await page.getByRole('button', { name: 'Log in with a passkey' }).click();
};

const refused = () => page.getByRole('alert').filter({ hasText: 'Not done' }).waitFor();

describe('in a real browser, a passkey', () => {
  it('is added after a one-time link, logs in without an address, and goes on to where one was going', async () => {
    await loginByLink('maya@example.test');
    await addPasskey();
    await logout();
    await loginByPasskey('/login?return_to=/api/docs');
    await page.waitForURL(({ pathname }) => pathname === '/api/docs');
    await page.goto('/login');
    await page.getByText('maya@example.test').waitFor();
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', secure: false });
    const { rows } = await server.sql.query(
      "select evaluation::text as text from audit_log where event = 'login.succeeded' order by id desc limit 1",
    );
    expect(rows[0].text).toContain('"proof":"passkey"');
  });

  it('is not added under a name that holds a credential', async () => {
    await loginByLink('maya@example.test');
    const name = canaryOf('name of a passkey');
    await page.getByLabel('Name of this device').fill(`Laptop ${name}`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: 'this holds a credential' }).waitFor();
    for (const [table, text] of await everyTable(server.sql)) {
      expect([table, text.includes(bodyOf(name))]).toEqual([table, false]);
    }
  });

  it('that was removed, or whose user is suspended, logs nobody in', async () => {
    await loginByLink('jon@example.test');
    await addPasskey();
    await server.app.get(Users).suspend('jon@example.test');
    await loginByPasskey();
    await refused();
    await server.app.get(Users).reactivate('jon@example.test');
    await loginByPasskey();
    await page.getByText('jon@example.test').waitFor();
    await page.getByRole('button', { name: /^Remove/ }).click();
    await page.getByText('You have no passkey').waitFor();
    await logout();
    await loginByPasskey();
    await refused();
  });

  it('of an authenticator that does not verify its user logs nobody in', async () => {
    await loginByLink('maya@example.test');
    await addPasskey('Phone');
    await logout();
    await browser.verifiesUser(false);
    await loginByPasskey();
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor();
    await page.goto('/login');
    await page.getByRole('button', { name: 'Log in with a passkey' }).waitFor();
  });

  it('answers a challenge once, and no other session’s', async () => {
    await loginByLink('maya@example.test');
    await addPasskey('Tablet');
    await logout();
    const sent = page.waitForRequest(
      (request) => request.method() === 'POST' && request.url().endsWith('/login/passkey'),
    );
    await loginByPasskey();
    const body = (await sent).postData() ?? '';
    await page.getByText('maya@example.test').waitFor();
    const headers = { origin: server.url, 'content-type': 'application/json' };
    const replay = await plainRequest(server.port, { method: 'POST', path: '/login/passkey', headers, body });
    expect(replay.status).toBe(403);
    expect(replay.headers['set-cookie']).toBeUndefined();
    const { options } = JSON.parse(
      (
        await plainRequest(server.port, {
          method: 'POST',
          path: '/login/passkey/options',
          headers,
          body: '{}',
        })
      ).text,
    );
    const other = JSON.parse(body);
    other.response.response.clientDataJSON = Buffer.from(
      JSON.stringify({
        ...JSON.parse(Buffer.from(other.response.response.clientDataJSON, 'base64url').toString()),
        challenge: options.challenge,
      }),
    ).toString('base64url');
    const forged = await plainRequest(server.port, {
      method: 'POST',
      path: '/login/passkey',
      headers,
      body: JSON.stringify(other),
    });
    expect(forged.status).toBe(403);
  });

  it('is added by a fresh login alone, and by a page of ours', async () => {
    await loginByLink('jon@example.test');
    const jon = await server.app.get(Users).get('jon@example.test');
    const { items } = await server.app.get(Sessions).list({ userId: jon.id, live: true });
    const id = items.find(({ kind }) => kind === 'browser')!.id;
    await server.sql.query(
      "update sessions set created_at = created_at - interval '11 minutes' where id = $1",
      [id],
    );
    await page.getByLabel('Name of this device').fill('Late');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await refused();
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    for (const headers of [{ cookie }, { cookie, 'x-csrf-token': 'x' }]) {
      const answer = await plainRequest(server.port, {
        method: 'POST',
        path: '/login/passkeys/options',
        headers: { origin: server.url, 'content-type': 'application/json', ...headers },
        body: '{}',
      });
      expect(answer.status).toBe(401);
    }
  });
});

it.each([
  {},
  { response: 'x' },
  { response: { id: 'x' } },
  { response: { id: 'x', response: { clientDataJSON: 'e30' } } },
  { response: { id: 'x', response: { clientDataJSON: 7 } } },
  {
    response: {
      id: 'x',
      response: { clientDataJSON: Buffer.from(`{"challenge":"${'a'.repeat(43)}"}`).toString('base64url') },
    },
  },
])('an answer that is none is refused: %j', async (body) => {
  const answer = await plainRequest(server.port, {
    method: 'POST',
    path: '/login/passkey',
    headers: { origin: server.url, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(403);
  expect(JSON.parse(answer.text).code).toBe('IDENTITY_PASSKEY_REFUSED');
});
