import { LoginLinks, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fieldOf, PlainBrowser } from '../login/a-browser.ts';
import { aServer, type TestServer } from '../support/a-server.ts';

/** What identity puts on record, each by what causes it in life, sent to the doors that people and programs use. */
const EVENTS = [
  'user.created',
  'user.updated',
  'user.suspended',
  'user.deleted',
  'role.changed',
  'login.succeeded',
  'login.failed',
  'session.created',
  'session.revoked',
  'credential.rotated',
] as const;
type LifecycleEvent = (typeof EVENTS)[number];

let server: TestServer;
let admin: string;
let adminId: string;
let mayaId: string;
const shown = new Set<LifecycleEvent>();

beforeAll(async () => {
  server = await aServer({ tools: false });
  admin = await server.token('admin@localhost');
  adminId = (await server.app.get(Users).get('admin@localhost')).id;
  mayaId = (await server.app.get(Users).get('maya@example.test')).id;
});
afterAll(() => server.end());

async function ask(method: string, path: string, body?: object): Promise<Record<string, { id: string }>> {
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${admin}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return (await response.json()) as Record<string, { id: string }>;
}

let made = 0;
const aUser = async () => {
  made += 1;
  return (await ask('POST', '/users', { email: `cycle${made}@example.test` })).user!.id;
};

interface Row {
  readonly id: string;
  readonly event: LifecycleEvent;
  readonly user_id: string;
  readonly client_id: string;
  readonly decision: string;
  readonly evaluation: { readonly detail: Record<string, unknown> };
}

/** The lifecycle rows that were committed when the cause had its answer. */
async function rowsOf(cause: () => Promise<unknown>): Promise<Row[]> {
  const known = await server.sql.query<{ id: string }>('select id from audit_log where event = any($1)', [
    EVENTS,
  ]);
  await cause();
  const { rows } = await server.sql.query<Row>(
    `select id, event, user_id, client_id, decision, evaluation from audit_log
      where event = any($1) and id <> all($2::uuid[]) order by id`,
    [EVENTS, known.rows.map(({ id }) => id)],
  );
  for (const { event } of rows) shown.add(event);
  return rows;
}

/** A browser at which the person has opened the link; nothing is spent yet. */
async function atTheForm(email: string) {
  const url = new URL((await server.app.get(LoginLinks).create(email)).url.reveal());
  const browser = new PlainBrowser(server.port);
  const page = await browser.open(`${url.pathname}${url.search}`);
  return { browser, code: fieldOf(page, 'code') };
}

it.each<[string, (id: string) => [string, string, object?], LifecycleEvent, object]>([
  ['a changed name', (id) => ['PATCH', `/users/${id}`, { display_name: 'Ana' }], 'user.updated', {}],
  [
    'a changed department',
    (id) => ['PUT', `/users/${id}/department`, { department: 'finance' }],
    'user.updated',
    { department: { from: null, to: 'finance' } },
  ],
  ['a suspension', (id) => ['POST', `/users/${id}/suspend`], 'user.suspended', {}],
  ['a changed role', (id) => ['PUT', `/users/${id}/role`, { role: 'service' }], 'role.changed', {}],
  ['a removal', (id) => ['DELETE', `/users/${id}`], 'user.deleted', {}],
])('%s is one row, of who did it, about whom', async (_what, request, event) => {
  const id = await aUser();
  const rows = await rowsOf(() => ask(...request(id)));
  expect(rows).toMatchObject([
    { event, user_id: adminId, decision: 'allow', evaluation: { detail: { userId: id } } },
  ]);
});

it('a new user is one row, without a name and an address', async () => {
  let id = '';
  const rows = await rowsOf(async () => {
    id = await aUser();
  });
  expect(rows).toMatchObject([
    { event: 'user.created', user_id: adminId, evaluation: { detail: { userId: id } } },
  ]);
  expect(JSON.stringify(rows)).not.toContain('cycle');
});

it('a login in a browser is two rows, of who logged in: that it succeeded, and its session', async () => {
  const { browser, code } = await atTheForm('maya@example.test');
  const rows = await rowsOf(() => browser.post('/login/link', { code }));
  expect(new Set(rows.map(({ event }) => event))).toEqual(new Set(['login.succeeded', 'session.created']));
  for (const row of rows) expect(row).toMatchObject({ user_id: mayaId, decision: 'allow' });
});

it('a login that is refused is one row, of nobody', async () => {
  const { browser, code } = await atTheForm('maya@example.test');
  await browser.post('/login/link', { code });
  const rows = await rowsOf(() => new PlainBrowser(server.port).post('/login/link', { code }));
  expect(rows).toMatchObject([{ event: 'login.failed', user_id: 'anonymous', decision: 'deny' }]);
});

it('a logout is one row, of whose session it was', async () => {
  const { browser, code } = await atTheForm('maya@example.test');
  await browser.post('/login/link', { code });
  const page = await browser.open('/login');
  const rows = await rowsOf(() => browser.post('/logout', { csrf_token: fieldOf(page, 'csrf_token') }));
  expect(rows).toMatchObject([{ event: 'session.revoked', user_id: mayaId }]);
});

it('a session that an administrator ends is one row, of the administrator', async () => {
  const session = await server.login('maya@example.test');
  const rows = await rowsOf(() => ask('DELETE', `/sessions/${session.id}`));
  expect(rows).toMatchObject([
    { event: 'session.revoked', user_id: adminId, evaluation: { detail: { sessionId: session.id } } },
  ]);
});

it('a changed role of somebody who is logged in also ends each session, on record', async () => {
  const id = await aUser();
  const { email } = await server.app.get(Users).get(id);
  const sessions = [await server.login(email), await server.login(email)];
  const rows = await rowsOf(() => ask('PUT', `/users/${id}/role`, { role: 'service' }));
  expect(rows.map(({ event }) => event).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'role.changed',
    'session.revoked',
    'session.revoked',
  ]);
  const ended = rows.flatMap(({ evaluation }) => evaluation.detail.sessionId ?? []);
  expect(new Set(ended)).toEqual(new Set(sessions.map((session) => session.id)));
});

it('a replaced API key is one row, without the key', async () => {
  const key = await ask('POST', '/api-keys', { name: 'nightly', scopes: ['api'] });
  const rows = await rowsOf(() => ask('POST', `/api-keys/${key.api_key!.id}/rotate`));
  expect(new Set(rows.map(({ event }) => event))).toContain('credential.rotated');
  expect(JSON.stringify(rows)).not.toContain('gak_');
});

it('and these are all ten, which an administrator finds in the audit list', async () => {
  expect(shown).toEqual(new Set(EVENTS));
  for (const event of EVENTS) {
    const { rows } = (await ask('GET', `/audit?event=${event}&limit=1`)) as unknown as { rows: object[] };
    expect(rows).toMatchObject([{ event }]);
  }
});
