import { freePort, loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase, withClient } from '@gatehouse/database';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fieldOf, PlainBrowser } from '../login/a-browser.ts';
import { BuiltServer, buildServer } from '../support/built-server.ts';
import { preToolUse } from '../support/hook-client.ts';
import { plainRequest } from '../support/plain-request.ts';
import { requestFrom } from '../support/request-from.ts';

/*
 * Two server processes, as they are shipped, on one PostgreSQL: what an administrator does at one holds at the other,
 * also where the connection that notifies it was cut at that moment. How fast is measured in t20-revoked-everywhere; what
 * a process does that hears nothing at all, in t20-deaf-to-the-feed.
 */
const ADDRESS = '127.0.0.72';
const FEEDS = `from pg_stat_activity where datname = current_database() and application_name = 'gatehouse change feed'`;

let one: { server: BuiltServer; port: number };
let other: { server: BuiltServer; port: number };
let database: Database;
let browser: PlainBrowser;
let csrf: string;

async function started(environment: Record<string, string> = {}) {
  const port = await freePort();
  const server = await BuiltServer.start(port, { environment: { ...environment, PORT: String(port) } });
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    return answer?.status === 200;
  };
  await vi.waitUntil(ready, { timeout: 60_000, interval: 100 });
  return { server, port };
}

beforeAll(async () => {
  await buildServer();
  one = await started();
  other = await started({ ...one.server.environment });
  database = await openDatabase(await loadConfiguration({ environment: one.server.environment }), {
    purpose: 'cli',
  });
  // The link that the first start prints, as its operator would open it.
  const printed = /once and within 10 minutes: (\S+)/.exec(one.server.said)?.[1] ?? '';
  const link = new URL(printed);
  browser = new PlainBrowser(one.port);
  const form = await browser.open(`${link.pathname}${link.search}`);
  await browser.post('/login/link', { code: fieldOf(form, 'code') });
  csrf = fieldOf(await browser.open('/login'), 'csrf_token');
}, 150_000);
afterAll(async () => {
  await database?.close();
  await other?.server.remove();
  await one?.server.remove();
});

/** What the administrator does at the first process. */
async function ask(method: string, path: string, body?: object): Promise<Record<string, { id: string }>> {
  const { status, text } = await plainRequest(one.port, {
    method,
    path: `/api/v1${path}`,
    headers: {
      cookie: browser.cookie,
      'x-csrf-token': csrf,
      origin: `http://127.0.0.1:${one.port}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(status, `${method} ${path}: ${text}`).toBeLessThan(300);
  return JSON.parse(text) as Record<string, { id: string }>;
}

let users = 0;

/** Somebody with a key that is good at both. */
async function aSubject() {
  users += 1;
  const { user } = await ask('POST', '/users', { email: `process${users}@example.test` });
  const made = await ask('POST', '/api-keys', { user_id: user!.id, name: 'both', scopes: ['api', 'hooks'] });
  return { userId: user!.id, keyId: made.api_key!.id, text: made.key as unknown as string };
}
type Subject = Awaited<ReturnType<typeof aSubject>>;

/** Asked of the process that was told nothing. */
async function mayAct({ text }: Subject): Promise<boolean> {
  const answer = await requestFrom(ADDRESS, other.port, {
    method: 'POST',
    path: '/api/v1/hooks/govern',
    headers: { authorization: `Bearer ${text}`, 'content-type': 'application/json' },
    body: JSON.stringify(preToolUse('Read', { file_path: 'a.txt' })),
  });
  return JSON.parse(answer.text).hookSpecificOutput?.permissionDecision === 'allow';
}

/** Ends the connections that bring the notifications; the processes go on. */
const cutTheFeeds = () =>
  withClient(database.clientConfig('owner'), async (owner) => {
    await expect.poll(async () => (await owner.query(`select ${FEEDS}`)).rowCount, { interval: 20 }).toBe(2);
    await owner.query(`select pg_terminate_backend(pid) ${FEEDS}`);
  });

const CHANGES: readonly [string, (subject: Subject) => Promise<() => Promise<unknown>>][] = [
  [
    'a revoked key',
    async ({ keyId }) => {
      await ask('DELETE', `/api-keys/${keyId}`);
      return async () => undefined;
    },
  ],
  [
    'a suspended user',
    async ({ userId }) => {
      await ask('POST', `/users/${userId}/suspend`);
      return async () => undefined;
    },
  ],
  [
    'a user of a role that may nothing',
    async ({ userId }) => {
      await ask('PUT', `/users/${userId}/role`, { role: 'anonymous' });
      return async () => undefined;
    },
  ],
  [
    'a banned address',
    async () => {
      const { ip_ban: ban } = await ask('POST', '/ip-bans', { network: ADDRESS, reason: 'attack spec' });
      return () => ask('DELETE', `/ip-bans/${ban!.id}`);
    },
  ],
];

describe('another process', { timeout: 30_000 }, () => {
  it.each(CHANGES)('refuses %s', async (_what, change) => {
    const subject = await aSubject();
    await expect.poll(() => mayAct(subject), { timeout: 5000 }).toBe(true);
    const undo = await change(subject);
    await expect.poll(() => mayAct(subject), { timeout: 5000, interval: 20 }).toBe(false);
    await undo();
  });

  it.each(CHANGES)('refuses %s also when its notifications were cut off', async (_what, change) => {
    const subject = await aSubject();
    await expect.poll(() => mayAct(subject), { timeout: 5000 }).toBe(true);
    await cutTheFeeds();
    const undo = await change(subject);
    await expect.poll(() => mayAct(subject), { timeout: 5000, interval: 20 }).toBe(false);
    await undo();
  });
});
