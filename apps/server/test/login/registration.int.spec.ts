import { Users } from '@gatehouse/identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { PlainBrowser } from './a-browser.ts';

/** Registration by oneself, seen from outside: closed as shipped, and here opened for one domain. */
let closed: TestServer;
let open: TestServer;

beforeAll(async () => {
  closed = await aServer({ tools: false });
  open = await aServer({
    tools: false,
    beside: closed,
    configure: (configuration) => {
      const { services } = configuration;
      const settings = { ...services.settings, registration: { domains: ['example.test'] } };
      return { ...configuration, services: { ...services, settings } };
    },
  });
});
afterAll(async () => {
  await open.end();
  await closed.end();
});

const asked = (at: TestServer, email: string) => new PlainBrowser(at.port).post('/login/request', { email });

async function api(email: string, method: string, path: string, body?: object) {
  const response = await fetch(`http://127.0.0.1:${open.port}/api/v1/registrations${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await open.token(email)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as {
    code?: string;
    user?: { role: string; department: string };
    registrations?: { id: string; email: string }[];
  };
  return { status: response.status, ...answer };
}
const waiting = async () => (await api('admin@localhost', 'GET', '')).registrations!;

it('is closed as shipped: who asks gets the same answer as anybody, and waits for nothing', async () => {
  const { status, text } = await asked(closed, 'stranger@example.test');
  expect(status).toBe(200);
  expect((await asked(closed, 'maya@example.test')).text).toBe(text);
  expect(await waiting()).toEqual([]);
});

it('answers a user, a stranger who may ask and one who may not alike', async () => {
  const answers = await Promise.all(
    ['maya@example.test', 'new@example.test', 'new@elsewhere.test', 'no address'].map((email) =>
      asked(open, email),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(new Set(answers.map(({ headers }) => headers['set-cookie'])).size).toBe(1);
  expect((await waiting()).map(({ email }) => email)).toEqual(['new@example.test']);
});

it('is an administrator’s to see, admit and refuse', async () => {
  const { id } = (await waiting())[0]!;
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['POST', `/${id}/admit`, {}],
    ['DELETE', `/${id}`, undefined],
  ] as const) {
    expect(await api('maya@example.test', method, path, body)).toMatchObject({
      status: 403,
      code: 'PERMISSION_MISSING',
    });
  }
  const admitted = await api('admin@localhost', 'POST', `/${id}/admit`, { department: 'support' });
  expect(admitted).toMatchObject({ status: 200, user: { role: 'user', department: 'support' } });
  expect(await open.app.get(Users).get('new@example.test')).toMatchObject({ status: 'active' });
  expect((await api('admin@localhost', 'POST', `/${id}/admit`, {})).status).toBe(404);
  await asked(open, 'other@example.test');
  const { id: other } = (await waiting())[0]!;
  expect((await api('admin@localhost', 'DELETE', `/${other}`)).status).toBe(200);
  expect(await waiting()).toEqual([]);
});

it('takes no role from who asks', async () => {
  await new PlainBrowser(open.port).post('/login/request', {
    email: 'greedy@example.test',
    role: 'admin',
    department: 'audit',
  });
  const { id } = (await waiting())[0]!;
  const refused = await api('admin@localhost', 'POST', `/${id}/admit`, { role: 'admin' });
  expect(refused.status).toBe(400);
  const { user } = await api('admin@localhost', 'POST', `/${id}/admit`, {});
  expect(user).toMatchObject({ role: 'user', department: null });
});
