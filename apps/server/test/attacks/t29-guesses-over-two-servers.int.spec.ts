import { SCANNER } from '@gatehouse/audit';
import { ChangeFeed } from '@gatehouse/database';
import { Users } from '@gatehouse/identity';
import type { OwnSecretScanner } from '@gatehouse/secret-scanner';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aSecretWorld, type SecretWorld } from '../support/a-secret-world.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

/* What a root session tries at one server counts at the other (threats T12, T29). */
const VALUE = 'own-secret of two servers 4815162342-of-some-length';

let one: SecretWorld;
let other: SecretWorld;
beforeAll(async () => {
  one = await aSecretWorld();
  other = await aSecretWorld({}, one);
  await one.set('TOKEN', VALUE);
  const knows = () => other.app.get<OwnSecretScanner>(SCANNER).knowsOwnSecrets;
  await vi.waitUntil(knows, { timeout: 20_000 });
}, 120_000);
afterAll(async () => {
  await other?.end();
  await one?.end();
});

let users = 0;
async function somebody(): Promise<string> {
  users += 1;
  const email = `guesser${users}@example.test`;
  await one.app.get(Users).create({ email, displayName: 'x', role: 'user' });
  return email;
}

/** Why a call is denied there, if it is. */
async function reasonAt(at: SecretWorld, token: string, path: string): Promise<string> {
  const { body } = await postHook(at, token, preToolUse('Read', { file_path: path }));
  return body.hookSpecificOutput?.permissionDecisionReason ?? 'allowed';
}

describe('a session that names own secrets at two servers', () => {
  it('is locked at both by the fifth of all', async () => {
    const token = await one.token(await somebody());
    for (const at of [one, other, one, other, one]) {
      expect(await reasonAt(at, token, VALUE)).toContain('(own_secret)');
    }
    for (const at of [one, other]) {
      await expect.poll(() => reasonAt(at, token, 'a.txt'), { timeout: 10_000 }).toContain('(policy_denied)');
    }
  });

  it('is not locked by fewer, nor by those of another session', async () => {
    const [mine, theirs] = [await one.token(await somebody()), await one.token(await somebody())];
    for (const at of [one, other, one, other]) await reasonAt(at, mine, VALUE);
    for (const at of [one, other, other]) await reasonAt(at, theirs, VALUE);
    // Whatever was told of them has arrived when a lock that came later has.
    const last = await one.token(await somebody());
    for (const at of [one, one, other, other, other]) await reasonAt(at, last, VALUE);
    for (const at of [one, other]) {
      await expect.poll(() => reasonAt(at, last, 'a.txt'), { timeout: 10_000 }).toContain('(policy_denied)');
      expect(await reasonAt(at, mine, 'a.txt')).toBe('allowed');
      expect(await reasonAt(at, theirs, 'a.txt')).toBe('allowed');
    }
  });
});

describe('a session that guesses through tools of two servers', () => {
  it('ends at both with the fifth of all', async () => {
    // Each is up when somebody else could use it.
    for (const at of [one, other]) await at.client('hostile');
    const token = await one.token(await somebody(), 'mcp/hostile');
    // Each at its own port: the public address of both is that of the first.
    const clients = [one, other].map(
      ({ port }) => new RawClient({ url: `http://127.0.0.1:${port}` }, 'hostile', token),
    );
    for (const client of clients) await client.initialize();
    // The other way round: halves that follow each other are found in the arguments already.
    const halves = { second: VALUE.slice(20), first: VALUE.slice(0, 20) };
    const guess = async (at: number) => JSON.stringify((await clients[at]!.call('join', halves)).message);
    for (const at of [0, 1, 0, 1]) expect(await guess(at)).toContain('[REDACTED:TOKEN]');
    for (const client of clients) expect((await client.call('echo', {})).status).toBe(200);
    expect(await guess(0)).toContain('[REDACTED:TOKEN]');
    for (const client of clients) {
      await expect.poll(async () => (await client.call('echo', {})).status, { timeout: 10_000 }).toBe(401);
    }
  });
});

describe('a server that does not hear the database', () => {
  it('asks it on each call whether the session is locked elsewhere', async () => {
    const token = await one.token(await somebody());
    const feed = other.app.get(ChangeFeed);
    await feed.stop();
    await vi.waitUntil(() => feed.silent, { timeout: 20_000, interval: 20 });
    expect(await reasonAt(other, token, 'a.txt')).toBe('allowed');
    for (let tries = 0; tries < 5; tries += 1) await reasonAt(one, token, VALUE);
    await expect.poll(() => reasonAt(one, token, 'a.txt'), { timeout: 10_000 }).toContain('(policy_denied)');
    // Soon after: the first server knows of a lock before it has told the database.
    await expect
      .poll(() => reasonAt(other, token, 'a.txt'), { timeout: 10_000 })
      .toContain('(policy_denied)');
  });
});
