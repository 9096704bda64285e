import type { Configuration } from '@gatehouse/config';
import { AccessTokens, Sessions, Users } from '@gatehouse/identity';
import { Consents } from '@gatehouse/oauth';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestBrowser } from '../oauth/a-browser.ts';
import { aRegisteredClient, aRequest } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from '../support/a-server.ts';

let server: TestServer;
let config: client.Configuration;
beforeAll(async () => {
  const production = (configuration: Configuration): Configuration => ({
    ...configuration,
    profile: { ...configuration.profile, mode: 'production' },
  });
  server = await aServer({ tools: false, configure: production });
  config = await aRegisteredClient(server);
});
afterAll(() => server.end());

/** What a program gets that an administrator lets have access to the API. */
async function allowed() {
  const browser = new TestBrowser(server);
  await browser.login('admin@localhost');
  const { url, verifier, state } = await aRequest(config, {
    scope: 'openid offline_access api',
    resource: `${server.url}/api/v1`,
  });
  const location = await browser.authorize(url);
  return client.authorizationCodeGrant(config, location, {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
}

let users = 0;

/** Reading, and a change: the status of each, and the code of a refusal. */
async function reach(token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  users += 1;
  const body = JSON.stringify({ email: `new${users}@example.test` });
  const read = await fetch(`http://127.0.0.1:${server.port}/api/v1/users`, { headers });
  const made = await fetch(`http://127.0.0.1:${server.port}/api/v1/users`, { method: 'POST', headers, body });
  const { code = '' } = (await made.json()) as { code?: string };
  await read.body?.cancel();
  return { read: read.status, change: made.status, code };
}

/** As if all of it had happened an hour earlier. */
const anHourLater = () =>
  server.sql.query("update sessions set created_at = created_at - interval '61 minutes'");

const CHANGES = { read: 200, change: 201, code: '' };
const READS = { read: 200, change: 403, code: 'SECOND_PROOF_NEEDED' };

describe('in production a program that was let have access to the API', () => {
  it('changes something for an hour, and reads on', async () => {
    const { access_token: token } = await allowed();
    expect(await reach(token)).toEqual(CHANGES);
    await anHourLater();
    expect(await reach(token)).toEqual(READS);
  });

  it('changes nothing more for having refreshed its token, until it is let again', async () => {
    const { refresh_token: refresh } = await allowed();
    await anHourLater();
    const { access_token: token } = await client.refreshTokenGrant(config, refresh!);
    expect(await reach(token)).toEqual(READS);
    expect(await reach((await allowed()).access_token)).toEqual(CHANGES);
  });

  it('ends no session and withdraws no consent of others then, and its own still', async () => {
    const { access_token: token } = await allowed();
    const { id: userId } = await server.app.get(Users).create({ email: 'maya@example.test' });
    const other = await server.app.get(Sessions).open({ userId, clientId: 'test' });
    await server.sql.query(
      `insert into oauth_consents (user_id, client_id, redirect_host, resource, scopes, expires_at)
       values ($1, 'a-client', 'example.test', 'a-resource', '{api}', now() + interval '1 day')`,
      [userId],
    );
    const [consent] = await server.app.get(Consents).list(userId);
    const end = async (path: string) => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await fetch(`${server.url}/api/v1${path}`, { method: 'DELETE', headers });
      return [answer.status, ((await answer.json()) as { code?: string }).code];
    };
    await anHourLater();
    const refused = [403, 'SECOND_PROOF_NEEDED'];
    expect(await end(`/sessions/${other.id}`)).toEqual(refused);
    expect(await end(`/sessions?user_id=${userId}`)).toEqual(refused);
    expect(await end(`/consents/${consent!.id}`)).toEqual(refused);
    expect(await server.app.get(Sessions).get(other.id)).toMatchObject({ revokedAt: null });
    expect(await server.app.get(Consents).list(userId)).toHaveLength(1);
    expect(await end('/sessions')).toEqual([200, undefined]);
  });

  it('is told so in a row', async () => {
    const { rows } = await server.sql.query(
      "select from audit_log where event = 'request.rejected' and policy = 'token_invalid'",
    );
    expect(rows.length).toBeGreaterThanOrEqual(2);
  });
});

it('the token of a session of the command line, which asks for a proof each time, changes something whenever it was opened', async () => {
  const { id } = await server.app.get(Users).get('admin@localhost');
  const session = await server.app.get(Sessions).open({ userId: id, clientId: 'gatehouse-cli' });
  await anHourLater();
  expect(await reach(await server.app.get(AccessTokens).issue({ session, resource: 'api' }))).toEqual(
    CHANGES,
  );
});
