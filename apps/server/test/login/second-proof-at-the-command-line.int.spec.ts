import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aChromium } from '../support/a-chromium.ts';
import { aPasskeyBrowser, type PasskeyBrowser } from '../support/a-passkey-browser.ts';
import { BuiltServer, buildServer } from '../support/built-server.ts';
import { freePort } from '../support/free-port.ts';

vi.setConfig({ testTimeout: 120_000 });

const ADMIN = 'admin@localhost';
const GATEHOUSE = fileURLToPath(new URL('../../../cli/bin/gatehouse', import.meta.url));
const BUILD = fileURLToPath(new URL('../../../../tools/run/build.mjs', import.meta.url));

let server: BuiltServer;
let chromium: Browser;
let browser: PasskeyBrowser;
let port: number;

beforeAll(async () => {
  const build = spawn(process.execPath, [BUILD, 'cli'], { stdio: 'ignore' });
  await Promise.all([buildServer(), once(build, 'close')]);
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

/** A command of the installation's, without a terminal, as a script or an agent starts it. */
function gatehouse(...args: string[]) {
  const child = spawn(GATEHOUSE, args, {
    env: { ...server.environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.resume();
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]);
  return { child, ended: ended.then(([[code], stdout]) => ({ code: code as number, stdout })) };
}

/** The address of the page that the command says to open. */
function addressOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr!.setEncoding('utf8');
    stderr!.on('data', (piece: string) => {
      said += piece;
      const address = /Open (\S+)\n/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    stderr!.on('end', () => reject(new Error(said)));
  });
}

async function proven(...args: string[]) {
  const command = gatehouse(...args, '--browser');
  await browser.page.goto(await addressOf(command.child));
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

  expect(await gatehouse(...LOGIN).ended).toEqual({ code: 3, stdout: '' });
  expect(await gatehouse('admin', 'operator', 'passphrase', 'set').ended).toEqual({ code: 3, stdout: '' });
  expect((await proven(...LOGIN)).code).toBe(0);

  const { code, stdout } = await proven(...CREATE, '--json');
  expect(code).toBe(0);
  expect(stdout).toContain('ana@example.test');

  const token = await proven(...LOGIN, '--token-only');
  expect(token.stdout.split('.')).toHaveLength(3);
});

it('a no at the browser ends the command, which then does nothing', async () => {
  const command = gatehouse('admin', 'users', 'suspend', 'maya@example.test', '--browser');
  await browser.page.goto(await addressOf(command.child));
  await browser.page.getByRole('button', { name: 'It is not me' }).click();
  expect(await command.ended).toEqual({ code: 3, stdout: '' });
});
