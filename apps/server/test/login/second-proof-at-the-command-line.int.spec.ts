import { freePort } from '@gatehouse/config';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aChromium } from '../support/a-chromium.ts';
import { aPasskeyBrowser, type PasskeyBrowser } from '../support/a-passkey-browser.ts';
import { BuiltServer, buildServer } from '../support/built-server.ts';
import { buildCommandLine, gatehouse } from '../support/gatehouse-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const ADMIN = 'admin@localhost';
let server: BuiltServer;
let chromium: Browser;
let browser: PasskeyBrowser;
let port: number;

beforeAll(async () => {
  await Promise.all([buildServer(), buildCommandLine()]);
  port = await freePort();
  [server, chromium] = await Promise.all([
    BuiltServer.start(port, { profile: { name: 'strict', yaml: 'mode: production\n' } }),
    aChromium(),
  ]);
  browser = await aPasskeyBrowser(chromium, `http://localhost:${port}`);
}, 240_000);
afterAll(async () => {
  await chromium?.close();
  await server?.remove();
});

const run = (...args: string[]) => gatehouse(args, server.environment);
/** The address of the page that the command says to open. */
const ADDRESS = /Open (\S+)\n/;

async function proven(...args: string[]) {
  const command = run(...args, '--browser');
  await browser.page.goto(await command.says(ADDRESS));
  await browser.page.getByText(`gatehouse ${args.slice(0, 3).join(' ')}`).waitFor();
  await browser.page.getByRole('button', { name: 'use a passkey' }).click();
  return command.ended;
}

const LOGIN = ['admin', 'session', 'login', '--email', ADMIN];
const CREATE = ['admin', 'users', 'create', '--email', 'ana@example.test'];

it('an administrator of a production installation never needs a passphrase: a passkey is proof enough', async () => {
  await vi.waitUntil(() => /log in as administrator[^:]*: (\S+)/.test(server.said), { timeout: 60_000 });
  const link = /log in as administrator[^:]*: (\S+)/.exec(server.said)![1]!;
  await browser.loginByLink(link, ADMIN);
  await browser.addPasskey();

  expect(await run(...LOGIN).ended).toMatchObject({ code: 3, stdout: '' });
  expect(await run('admin', 'operator', 'passphrase', 'set').ended).toMatchObject({ code: 3, stdout: '' });
  expect((await proven(...LOGIN)).code).toBe(0);

  const { code, stdout } = await proven(...CREATE, '--json');
  expect(code).toBe(0);
  expect(stdout).toContain('ana@example.test');

  const token = await proven(...LOGIN, '--token-only');
  expect(token.stdout.split('.')).toHaveLength(3);
});

it('a no at the browser ends the command, which then does nothing', async () => {
  const command = run('admin', 'users', 'suspend', 'maya@example.test', '--browser');
  await browser.page.goto(await command.says(ADDRESS));
  await browser.page.getByRole('button', { name: 'It is not me' }).click();
  expect(await command.ended).toMatchObject({ code: 3, stdout: '' });
});
