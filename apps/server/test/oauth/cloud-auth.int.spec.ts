import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@gatehouse/config';
import { CredentialResolver, Sessions, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { buildCommandLine, gatehouse } from '../support/gatehouse-process.ts';
import { TestBrowser } from './a-browser.ts';

// Each test starts several commands, one after the other.
vi.setConfig({ testTimeout: 120_000 });

let there: TestServer;
let browser: TestBrowser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-cloud-'));
  [there] = await Promise.all([aServer({ tools: false }), buildCommandLine()]);
  browser = new TestBrowser(there);
  await browser.login('maya@example.test');
}, 120_000);
afterAll(async () => {
  await there?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** At the command line of an installation of its own, which has neither server nor database running. */
const cloud = (...args: string[]) =>
  gatehouse(['cloud', 'auth', ...args], {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    GATEHOUSE_STATE_DIR: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  });

async function login(answer: 'allow' | 'refuse') {
  const command = cloud('login', there.url, '--json');
  const { page } = await browser.open(await command.says(/Open (\S+)\n/));
  expect(page.text).toContain('Gatehouse command line');
  await browser.answer(page, { answer });
  return command.ended;
}
const dataOf = ({ stdout }: { stdout: string }) =>
  (JSON.parse(stdout) as { data: Record<string, unknown> }).data;

/** The file that keeps the login. */
function kept(): { path: string; login: Record<string, unknown> } {
  const keys = join(folder, 'config/gatehouse');
  const path = join(keys, readdirSync(keys)[0]!, 'cloud-login.json');
  return { path, login: JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown> };
}
const resolve = (token: unknown) => there.app.get(CredentialResolver).resolve(String(token), 'api');

describe('a command line at another Gatehouse', () => {
  it('is nobody before a person lets it in, and stays nobody when that person says no', async () => {
    expect(await cloud('whoami').ended).toMatchObject({ code: 3, stdout: '' });
    const refused = await login('refuse');
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    expect(refused.stderr).toContain('refused');
    expect(await cloud('whoami').ended).toMatchObject({ code: 3, stdout: '' });
  });

  it('is let in by device code, keeps its login for this user alone, and says who it is', async () => {
    const ended = await login('allow');
    expect(ended.code).toBe(0);
    expect(dataOf(ended)).toMatchObject({ gatehouse: there.url, email: 'maya@example.test', name: 'Maya' });
    const { path, login: stored } = kept();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const secret of ['accessToken', 'refreshToken'])
      expect(`${ended.stdout}${ended.stderr}`).not.toContain(String(stored[secret]));
    expect(await resolve(stored.accessToken)).toMatchObject({ ok: true });
    const maya = await there.app.get(Users).get('maya@example.test');
    expect(dataOf(await cloud('whoami', '--json').ended)).toMatchObject({
      user_id: maya.id,
      scopes: expect.arrayContaining(['api']) as string[],
    });
  });

  it('refreshes what has run out, once, and keeps the new one', async () => {
    const { path, login: before } = kept();
    writeFileSync(path, JSON.stringify({ ...before, expiresAtMs: 0 }));
    expect((await cloud('whoami').ended).code).toBe(0);
    const { login: after } = kept();
    expect(after.refreshToken).not.toBe(before.refreshToken);
    expect(await resolve(after.accessToken)).toMatchObject({ ok: true });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('logs out there, not only here', async () => {
    const { accessToken } = kept().login;
    expect((await cloud('logout').ended).code).toBe(0);
    expect(await resolve(accessToken)).toEqual({ ok: false, problem: 'revoked' });
    expect(await cloud('whoami').ended).toMatchObject({ code: 3, stdout: '' });
    expect(await cloud('logout').ended).toMatchObject({ code: 3, stdout: '' });
  });

  it('learns that its session was ended there', async () => {
    expect((await login('allow')).code).toBe(0);
    const maya = await there.app.get(Users).get('maya@example.test');
    const { items } = await there.app.get(Sessions).list({ userId: maya.id, live: true });
    const session = items.find(({ clientId }) => clientId === 'gatehouse-cli');
    await there.app.get(Sessions).revoke(session!.id);
    const { code, stdout, stderr } = await cloud('whoami').ended;
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('has ended');
  });

  it.each([
    ['plain http elsewhere', () => 'http://gatehouse.example.com', 2],
    ['a path', () => `${there.url}/api`, 2],
    ['another name of it than its own', () => there.url.replace('localhost', '127.0.0.1'), 1],
    ['where nobody listens', async () => `http://localhost:${await freePort()}`, 1],
  ])('does not log in at %s', async (_what, address, code) => {
    expect(await cloud('login', await address()).ended).toMatchObject({ code, stdout: '' });
  });
});
