import { AccessTokens, Sessions, Users } from '@gatehouse/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCheckout, type TestCheckout } from '../support/a-checkout.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { denyReadAt, policyAt, production, tokenAt } from '../support/policy-installation.ts';

let checkout: TestCheckout;
let server: TestServer;
let admin: string;
/** Of a change that waits. */
let version: string;

beforeAll(async () => {
  checkout = await aCheckout();
  server = await aServer({ tools: false, root: checkout.root, configure: production });
  await server.discovered;
  admin = await tokenAt(server, 'admin@localhost');
  version = await denyReadAt(server, checkout, admin);
});
afterAll(async () => {
  await server.end();
  await checkout.remove();
});

const policy = (token: string, path: string, body?: object) => policyAt(server, token, path, body);

describe('whoever is no administrator', () => {
  it.each([
    ['a user', () => tokenAt(server, 'u@example.test', 'user')],
    ['a service', () => tokenAt(server, 's@example.test', 'service')],
    [
      "an administrator's agent",
      async () => {
        const { id } = await server.app.get(Users).get('admin@localhost');
        const session = await server.app.get(Sessions).open({ userId: id, clientId: 'test' });
        return server.app.get(AccessTokens).issue({ session, resource: 'api', agentId: 'developer_agent' });
      },
    ],
  ])('%s can neither see, apply nor break the glass', async (_who, tokenOfWho) => {
    const token = await tokenOfWho();
    expect((await policy(token, '')).status).toBe(403);
    expect((await policy(token, '/apply', { version })).status).toBe(403);
    const reason = 'because I want it so';
    expect((await policy(token, '/break-glass', { version, reason })).status).toBe(403);
    expect((await policy(admin, '')).body.pending!.version).toBe(version);
  });
});

describe('an administrator', () => {
  it.each([{}, { version: 'latest' }, { version: `sha256:${'0'.repeat(64)}`, force: true }])(
    'is refused the body %j',
    async (body) => {
      expect((await policy(admin, '/apply', body)).status).toBe(400);
    },
  );

  it.each(['', 'short', 'with\nanother line of it', 'right-to-left \u202e override', 'x'.repeat(501)])(
    'cannot break the glass for the reason %j',
    async (reason) => {
      expect((await policy(admin, '/break-glass', { version, reason })).status).toBe(400);
      expect((await policy(admin, '')).body.pending!.version).toBe(version);
    },
  );
});
