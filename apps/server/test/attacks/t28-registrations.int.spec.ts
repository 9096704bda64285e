import { AuthorizationServer, Registration, StoredClients } from '@gatehouse/oauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OAuthThrottle } from '../../src/oauth/oauth-throttle.ts';
import { REDIRECT } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { plainRequest } from '../support/plain-request.ts';

/** What a network may register in a minute. */
const ALLOWANCE = 30;
const METADATA = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' };

let server: TestServer;
beforeAll(async () => {
  server = await aServer({ tools: false });
  await server.discovered;
});
afterAll(() => server.end());

const register = ({ port }: TestServer, path = '/oauth/register') =>
  plainRequest(port, {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(METADATA),
  });

/** Rows of an event, and what they count. */
async function rowsOf(event: string): Promise<{ rows: number; counted: number }> {
  const { rows } = await server.sql.query(
    `select count(*)::int as rows, coalesce(sum((evaluation #>> '{detail,count}')::int), 0)::int as counted
       from audit_log where event = $1`,
    [event],
  );
  return rows[0];
}

const clients = async () => (await server.sql.query('select from oauth_clients')).rowCount!;

/** Ten thousand of them are `npm run soak registrations`. */
describe('a thousand registrations of one network', () => {
  it('are refused past its allowance, all on record, while another caller is served', async () => {
    const before = await clients();
    // It writes its summary when it ends.
    const flooded = await aServer({ tools: false, beside: server });
    await flooded.discovered;
    const token = await flooded.token('admin@localhost', 'hooks');
    const startedAt = performance.now();
    const answers: Awaited<ReturnType<typeof register>>[] = [];
    for (let batch = 0; batch < 10; batch += 1) {
      const sent = Array.from({ length: 100 }, () => register(flooded));
      const { body } = await postHook(flooded, token, preToolUse('Read', { file_path: 'a.txt' }));
      expect(body.hookSpecificOutput?.permissionDecision).toBe('allow');
      answers.push(...(await Promise.all(sent)));
    }
    const minutes = Math.floor((performance.now() - startedAt) / 60_000) + 1;
    await flooded.end();

    const made = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(made.length).toBeGreaterThan(0);
    expect(made.length).toBeLessThanOrEqual(ALLOWANCE * minutes);
    for (const { status, headers, text } of refused) {
      expect([status, headers['retry-after'], JSON.parse(text).error]).toEqual([
        429,
        '60',
        'temporarily_unavailable',
      ]);
    }
    expect((await clients()) - before).toBe(made.length);
    expect(await rowsOf('client.registered')).toMatchObject({ rows: made.length });
    expect(await rowsOf('request.rejected')).toMatchObject({ rows: 0 });
    const { rows, counted } = await rowsOf('request.summarised');
    expect(counted).toBe(refused.length);
    expect(rows).toBeLessThanOrEqual(minutes);
  }, 120_000);

  it('are counted too where they found no place in the line', async () => {
    const { counted: before } = await rowsOf('request.summarised');
    const narrow = await aServer({
      tools: false,
      beside: server,
      unknownCallers: { perSecond: 200, places: 20 },
    });
    await narrow.discovered;
    const sent = Array.from({ length: 700 }, () => register(narrow));
    const answers = await Promise.all(sent);
    await narrow.end();
    const refused = answers.filter(({ status }) => status === 429);
    const unread = refused.filter(({ text }) => JSON.parse(text).code === 'TOO_MANY_UNKNOWN_CALLERS');
    expect(unread.length).toBeGreaterThan(0);
    for (const { headers } of unread) expect(headers['retry-after']).toBe('5');
    expect((await rowsOf('request.summarised')).counted - before).toBe(refused.length);
  }, 60_000);
});

describe('registrations', () => {
  it('from ten thousand networks at once are no more than from all together may come', () => {
    const throttle = server.app.get(OAuthThrottle);
    const networks = Array.from({ length: 10_000 }, (_, at) => `198.${at >> 8}.${at & 255}.7`);
    expect(new Set(networks).size).toBe(10_000);
    const admitted = networks.filter((address) => throttle.admits('register', address));
    expect(admitted.length).toBeLessThanOrEqual(120);
  });

  it('that were used are five thousand at most, whatever room a minute leaves', async () => {
    await server.sql.query(
      `insert into oauth_clients (id, kind, name, metadata, last_used_at, expires_at)
       select 'used-' || n, 'registered', 'x', '{}', now(), now() + interval '90 days'
       from generate_series(1, 5000) n`,
    );
    const registration = server.app.get(Registration);
    const refused = await Promise.allSettled(
      Array.from({ length: 50 }, () => registration.register(METADATA)),
    );
    for (const outcome of refused)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { error: 'temporarily_unavailable' } });
    const other = await aServer({ tools: false, beside: server });
    const { status, headers } = await register(other);
    await other.end();
    expect([status, headers['retry-after']]).toEqual([429, '600']);
    await server.sql.query("delete from oauth_clients where id like 'used-%'");
    await expect(registration.register(METADATA)).resolves.toMatchObject({ client_name: expect.any(String) });
  });

  it('that nobody uses are five hundred at most, and gone after an hour', async () => {
    const client = (id: string, uses: string | null) => ({
      id,
      kind: 'registered' as const,
      name: 'x',
      metadata: { uses },
      secret: null,
      userId: null,
      agentId: null,
    });
    await server.sql.query('delete from oauth_clients');
    await server.sql.query(
      `insert into oauth_clients (id, kind, name, metadata, expires_at)
       select 'spam-' || n, 'registered', 'x', '{}', now() + interval '1 hour' from generate_series(1, 500) n`,
    );
    const stored = server.app.get(StoredClients);
    expect(await stored.add(client('one-more', null))).toBe(false);
    await server.sql.query(
      "update oauth_clients set expires_at = now() - interval '1 second' where id like 'spam-%'",
    );
    expect(await stored.add(client('one-more', null))).toBe(true);
    await server.app.get(AuthorizationServer).lookAfter();
    const { rowCount } = await server.sql.query("select from oauth_clients where id like 'spam-%'");
    expect(rowCount).toBe(0);
  });
});
