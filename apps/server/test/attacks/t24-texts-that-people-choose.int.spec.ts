import { Registrations, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { bodyOf, canaryOf } from '../support/canary.ts';
import { everyTable } from '../support/every-table.ts';
import { plainRequest } from '../support/plain-request.ts';

/** Small letters alone are a credential too, and fit where those alone are taken. */
const canary = (field: string) => canaryOf(field).toLowerCase();

let server: TestServer;
let token: string;
let waiting: string | null;
beforeAll(async () => {
  server = await aServer({
    tools: false,
    configure: (configuration) => ({
      ...configuration,
      services: {
        ...configuration.services,
        settings: {
          ...configuration.services.settings,
          registration: { ...configuration.services.settings.registration, domains: ['asks.test'] },
        },
      },
    }),
  });
  token = await server.token('admin@localhost');
  await server.app.get(Users).create({ email: 'service@example.test', role: 'service' });
  waiting = await server.app.get(Registrations).ask('new@asks.test');
});
afterAll(() => server.end());

const USERS = '/api/v1/users';
const MAYA = `${USERS}/maya@example.test`;
const HELD = 'IDENTITY_TEXT_HOLDS_CREDENTIAL';

/** What is kept of what people write, each with the request that has a credential there, and the refusal's code. */
const TEXTS: [string, string, () => string, (canary: string) => object, string][] = [
  ['address', 'POST', () => USERS, (c) => ({ email: `${c}@people.test` }), HELD],
  ['name', 'POST', () => USERS, (c) => ({ email: 'b@people.test', display_name: `a ${c}` }), HELD],
  ['department', 'POST', () => USERS, (c) => ({ email: 'c@people.test', department: c }), HELD],
  ['changed address', 'PATCH', () => MAYA, (c) => ({ email: `${c}@people.test` }), HELD],
  ['changed name', 'PATCH', () => MAYA, (c) => ({ display_name: c }), HELD],
  ['changed department', 'PUT', () => `${MAYA}/department`, (c) => ({ department: c }), HELD],
  [
    'department of somebody who asked for an account',
    'POST',
    () => `/api/v1/registrations/${waiting}/admit`,
    (c) => ({ department: c }),
    HELD,
  ],
  ['name of an API key', 'POST', () => '/api/v1/api-keys', (c) => ({ name: c, scopes: ['api'] }), HELD],
  [
    'reason of a ban',
    'POST',
    () => '/api/v1/ip-bans',
    (c) => ({ network: '198.51.100.9', reason: `because ${c}` }),
    HELD,
  ],
  [
    'name of a client',
    'POST',
    () => '/api/v1/clients',
    (c) => ({ name: c, user: 'service@example.test' }),
    'OAUTH_CLIENT_NAME_INVALID',
  ],
  [
    'name of a program that registers itself',
    'POST',
    () => '/oauth/register',
    (c) => ({ client_name: c, redirect_uris: ['http://127.0.0.1:3000/cb'] }),
    'invalid_client_metadata',
  ],
];

describe('a text that people choose, with a credential in it', () => {
  it.each(TEXTS)('is refused as %s', async (field, method, path, body, code) => {
    const answer = await plainRequest(server.port, {
      method,
      path: path(),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body(canary(field))),
    });
    const { code: said, error } = JSON.parse(answer.text) as { code?: string; error?: string };
    expect([answer.status, said ?? error]).toEqual([400, code]);
  });

  it('is in no column of any table', async () => {
    const found = [...(await everyTable(server.sql))].flatMap(([table, text]) =>
      TEXTS.filter(([field]) => text.includes(bodyOf(canary(field)))).map(([field]) => `${table}: ${field}`),
    );
    expect(found).toEqual([]);
  });
});
