import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigningKeys } from '@gatehouse/oauth';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { TestBrowser } from './a-browser.ts';
import { aRegisteredClient, aRequest } from './an-issuer.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
let server: TestServer;
let replica: TestServer;
let config: client.Configuration;
let browser: TestBrowser;

beforeAll(async () => {
  server = await aServer({ tools: false });
  replica = await aServer({ tools: false, beside: server });
  config = await aRegisteredClient(server);
  client.enableNonRepudiationChecks(config);
  browser = new TestBrowser(server);
  await browser.login('maya@example.test');
});
afterAll(async () => {
  await replica.end();
  await server.end();
});

type Jwk = JsonWebKey & { readonly kid: string };

async function published({ port }: TestServer): Promise<readonly Jwk[]> {
  const { keys } = (await (await fetch(`http://127.0.0.1:${port}/oauth/jwks`)).json()) as { keys: Jwk[] };
  for (const key of keys) for (const secret of ['d', 'p', 'q']) expect(key).not.toHaveProperty(secret);
  return keys;
}
const kids = async (at: TestServer) => (await published(at)).map(({ kid }) => kid);

/** With a client that checks the signature itself, by the keys that it fetches. */
async function anIdToken(): Promise<string> {
  const { url, verifier, state } = await aRequest(config, { scope: 'openid' });
  const back = await browser.authorize(url);
  const tokens = await client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  return tokens.id_token ?? '';
}
function isVerified(idToken: string, keys: readonly Jwk[]): boolean {
  const [header = '', payload = '', signature = ''] = idToken.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) return false;
  const publicKey = createPublicKey({ key, format: 'jwk' });
  const signed = Buffer.from(`${header}.${payload}`);
  return verify('sha256', signed, publicKey, Buffer.from(signature, 'base64url'));
}
const rotations = async () => {
  const { rowCount } = await server.sql.query(
    "select from audit_log where event = 'credential.rotated' and action = 'oauth.signing_key'",
  );
  return rowCount ?? 0;
};

/** As if the keys so far were older. */
async function age(ms: number): Promise<void> {
  const file = join(server.configuration.installation.keyDir, 'oauth-signing');
  const keys = JSON.parse(readFileSync(file, 'utf8')) as { createdAt: number }[];
  const older = keys.map((key) => ({ ...key, createdAt: key.createdAt - ms }));
  writeFileSync(file, JSON.stringify(older));
}

describe('a key of ID tokens', () => {
  it('is renewed by one replica alone, however many see at once that it is due', async () => {
    const [before] = await kids(server);
    const rows = await rotations();
    await age(30 * DAY_MS);
    const keySets = await Promise.all(
      Array.from({ length: 12 }, (_, at) => kids(at % 2 === 0 ? server : replica)),
    );
    expect(new Set(keySets.map((keys) => keys.join())).size).toBe(1);
    expect(await rotations()).toBe(rows + 1);
    expect(keySets[0]).toEqual([before, expect.any(String)]);
  });

  it('is published by every replica before it signs, so that a client which keeps keys knows it then', async () => {
    const old = await anIdToken();
    const [before, next] = await published(replica);
    expect(isVerified(old, [before!])).toBe(true);
    await age(15 * 60 * 1000);
    const now = await anIdToken();
    for (const at of [server, replica]) {
      const keys = await published(at);
      expect(keys[0]!.kid).toBe(next!.kid);
      expect(isVerified(now, [next!])).toBe(true);
      expect(isVerified(old, keys)).toBe(true);
    }
  });

  it('is published no longer when nothing that it signed can be good any more', async () => {
    const [newest, old] = await kids(server);
    expect(old).toBeDefined();
    const rows = await rotations();
    await age(2 * DAY_MS);
    expect(await Promise.all([kids(server), kids(replica)])).toEqual([[newest], [newest]]);
    expect(await rotations()).toBe(rows);
  });

  it('that somebody else has is withdrawn at once', async () => {
    const old = await anIdToken();
    await server.app.get(SigningKeys).rotate(Date.now(), { withdraw: true });
    const keys = await published(replica);
    expect(keys).toHaveLength(1);
    expect(isVerified(old, keys)).toBe(false);
    config = await aRegisteredClient(server);
    client.enableNonRepudiationChecks(config);
    expect(isVerified(await anIdToken(), keys)).toBe(true);
  });
});
