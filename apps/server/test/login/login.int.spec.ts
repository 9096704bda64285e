import { LoginLinks, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { fieldOf, PlainBrowser } from './a-browser.ts';

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
});
afterAll(() => server.end());

const browser = () => new PlainBrowser(server.port);
const linkFor = async (email: string) => {
  const url = new URL((await server.app.get(LoginLinks).create(email)).url.reveal());
  return `${url.pathname}${url.search}`;
};

async function loggedIn(email = 'maya@example.test', returnTo = '') {
  const visitor = browser();
  const page = await visitor.open(`${await linkFor(email)}${returnTo}`);
  const fields = { code: fieldOf(page, 'code'), return_to: fieldOf(page, 'return_to') };
  return { visitor, answer: await visitor.post('/login/link', fields), fields };
}

it('is opened by the first administrator with the link that the first start shows, and no later one', async () => {
  const url = new URL(server.firstAdminLink!.reveal());
  expect(url.origin).toBe(server.configuration.profile.publicUrl);
  const visitor = browser();
  const page = await visitor.open(`${url.pathname}${url.search}`);
  await visitor.post('/login/link', { code: fieldOf(page, 'code') });
  expect((await visitor.open('/login')).text).toContain('role admin');
  const later = await aServer({ tools: false, beside: server });
  expect(later.firstAdminLink).toBeNull();
  await later.discovered;
  await later.end();
});

describe('the login page', () => {
  it('logs in by a link whose page spends nothing before its form is sent', async () => {
    const link = await linkFor('maya@example.test');
    for (let n = 0; n < 3; n += 1) expect((await browser().open(link)).status).toBe(200);
    const visitor = browser();
    const page = await visitor.open(link);
    expect(page.headers['set-cookie']).toBeUndefined();
    const answer = await visitor.post('/login/link', { code: fieldOf(page, 'code'), return_to: '/login' });
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(
        /^gatehouse_\d+=ghb_[0-9a-f]{96}; Max-Age=86[34]\d\d; Path=\/; HttpOnly; SameSite=Strict$/,
      ),
    ]);
    expect((await visitor.open('/login')).text).toContain('maya@example.test');
    const again = await browser().post('/login/link', { code: fieldOf(page, 'code') });
    expect(again.status).toBe(403);
    expect(again.text).toContain('role="alert"');
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('goes on to a path of ours and nowhere else', async () => {
    const ours = await loggedIn('maya@example.test', '&return_to=/oauth/authorize%3Fclient_id%3Da');
    expect(ours.answer.text).toContain('content="0;url=/oauth/authorize?client_id=a"');
    for (const elsewhere of [
      'https://evil.example',
      '//evil.example',
      '/%5Cevil.example',
      'javascript:alert(1)',
    ]) {
      const { answer } = await loggedIn('jon@example.test', `&return_to=${elsewhere}`);
      expect(answer.text).not.toContain('evil');
      expect(answer.text).toContain('content="0;url=/login"');
    }
  });

  it('runs nothing, loads nothing, and shows what it is given as text', async () => {
    const page = await browser().open(
      `/login/link?code=${encodeURIComponent('"><script>alert(1)</script>')}&return_to=${encodeURIComponent('/"onx="')}`,
    );
    expect(page.text).not.toContain('<script');
    expect(page.text).not.toContain('"onx=');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
  });

  it('says the same to everybody who asks for a link', async () => {
    const asked = async (email: string) => (await browser().post('/login/request', { email })).text;
    const known = await asked('jon@example.test');
    expect(await asked('nobody@example.test')).toBe(known);
    expect(await asked('<not an address>')).toBe(known);
    const jon = await server.app.get(Users).get('jon@example.test');
    const requests = await server.app.get(LoginLinks).requests();
    expect(requests.map(({ userId }) => userId)).toEqual([jon.id]);
  });
});

describe('a form', () => {
  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['another port', { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' }, 403],
    ['a sandbox', { origin: 'null' }, 403],
  ])('of %s logs nobody in', async (_where, headers, status) => {
    const page = await browser().open(await linkFor('maya@example.test'));
    const answer = await browser().post('/login/link', { code: fieldOf(page, 'code') }, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('that says a field twice says nothing', async () => {
    const page = await browser().open(await linkFor('maya@example.test'));
    const code = fieldOf(page, 'code');
    const twice: [string, string][] = [
      ['code', code],
      ['code', code],
    ];
    expect((await browser().post('/login/link', twice)).status).toBe(403);
    expect((await browser().post('/login/link', { code })).status).toBe(200);
  });

  it.each([
    ['application/json', 400],
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('is none as %s', async (type, status) => {
    const answer = await browser().post('/login/link', { code: 'x' }, { 'content-type': type });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('text/html');
  });

  it('that logs out needs the token of the session beside its cookie', async () => {
    const { visitor } = await loggedIn();
    const other = await loggedIn('jon@example.test');
    const foreign = fieldOf(await other.visitor.open('/login'), 'csrf_token');
    for (const csrf of ['', 'x', foreign]) {
      expect((await visitor.post('/logout', { csrf_token: csrf })).status).toBe(400);
    }
    const page = await visitor.open('/login');
    expect(page.text).toContain('maya@example.test');
    const before = visitor.cookie;
    const answer = await visitor.post('/logout', { csrf_token: fieldOf(page, 'csrf_token') });
    expect(answer.status).toBe(200);
    expect(visitor.cookie).toBe('');
    expect((await browser().open('/login', { cookie: before })).text).not.toContain('maya@example.test');
  });

  it('is answered thirty times a minute to one network, and then counted', async () => {
    const crowded = await aServer({ tools: false, beside: server });
    await crowded.discovered;
    try {
      const visitor = new PlainBrowser(crowded.port);
      const statuses: number[] = [];
      for (let n = 0; n < 32; n += 1) {
        statuses.push((await visitor.post('/login/link', { code: 'ghl_x' })).status);
      }
      expect(statuses.slice(0, 30).every((status) => status === 403)).toBe(true);
      expect(statuses.slice(30)).toEqual([429, 429]);
    } finally {
      await crowded.end();
    }
  });
});

describe('a page of ours', () => {
  it('may be reached by a link on another site, by navigation alone', async () => {
    const navigation = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await browser().open('/login', navigation)).status).toBe(200);
    for (const other of [
      { 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-dest': 'iframe' },
      { 'sec-fetch-dest': 'image' },
    ]) {
      expect((await browser().open('/login', { ...navigation, ...other })).status).toBe(403);
    }
    expect((await browser().open('/api/v1/audit', navigation)).status).toBe(403);
    expect((await browser().post('/login/link', { code: 'x' }, navigation)).status).toBe(403);
  });
});
