import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAgent, aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import {
  AccessTokens,
  Agents,
  CredentialResolver,
  HookCredentials,
  Sessions,
  type User,
  Users,
} from '../index.ts';

let kit: IdentityKit;
let sessions: Sessions;
beforeAll(async () => {
  kit = await createIdentityKit({
    agents: [
      anAgent({ id: 'helper' }),
      anAgent({ id: 'other' }),
      anAgent({ id: 'for_admins', roles: ['admin'] }),
      anAgent({ id: 'off', enabled: false }),
    ],
  });
  sessions = kit.app.get(Sessions);
});
afterAll(() => kit.close());

const aNewUser = () => kit.app.get(Users).create(aUser());
const open = (user: User) => sessions.open({ userId: user.id, clientId: 'test' });

/** As if the user's sessions so far had been opened, and last used, two minutes before they were. */
const age = (user: User) =>
  kit.owner.query(
    `update sessions set created_at = created_at - interval '2 minutes',
       last_used_at = last_used_at - interval '2 minutes' where user_id = $1`,
    [user.id],
  );

describe('sessions', () => {
  it('last 24 hours, or less when asked', async () => {
    const user = await aNewUser();
    const day = await open(user);
    expect(day.expiresAt.getTime() - day.createdAt.getTime()).toBe(24 * 3_600_000);
    const short = await sessions.open({ userId: user.id, clientId: 'test', durationMs: 60_000 });
    expect(short.expiresAt.getTime() - short.createdAt.getTime()).toBe(60_000);
    for (const durationMs of [0, -1, Number.NaN, 24 * 3_600_000 + 1, Number.POSITIVE_INFINITY]) {
      await expect(sessions.open({ userId: user.id, clientId: 'test', durationMs })).rejects.toMatchObject({
        code: 'IDENTITY_DURATION_INVALID',
      });
    }
  });

  it('are their own root, are read back as they were opened, and are a row', async () => {
    const session = await open(await aNewUser());
    expect(session.rootSessionId).toBe(session.id);
    expect(await sessions.get(session.id)).toEqual(session);
    const rows = (await kit.rows('session.created')).filter((row) => row.session_id === session.id);
    expect(rows).toMatchObject([{ user_id: session.userId, client_id: 'test', decision: 'allow' }]);
  });

  it('belong to active users alone', async () => {
    const user = await aNewUser();
    await kit.app.get(Users).suspend(user.id);
    await expect(open(user)).rejects.toMatchObject({ code: 'IDENTITY_USER_INACTIVE' });
    await expect(sessions.open({ userId: 'nobody', clientId: 'test' })).rejects.toMatchObject({
      code: 'IDENTITY_USER_UNKNOWN',
    });
  });

  it.each(['', 'a b', 'x'.repeat(129), "'", '\u0000'])('do not take %j for a client', async (clientId) => {
    const user = await aNewUser();
    await expect(sessions.open({ userId: user.id, clientId })).rejects.toMatchObject({
      code: 'IDENTITY_CLIENT_INVALID',
    });
  });

  it('are at most 10 new ones a minute for a user, however many ask at once', async () => {
    const user = await aNewUser();
    const asked = await Promise.allSettled(Array.from({ length: 15 }, () => open(user)));
    expect(asked.filter((one) => one.status === 'fulfilled')).toHaveLength(10);
    await expect(open(user)).rejects.toMatchObject({ code: 'IDENTITY_SESSION_RATE' });
    await expect(open(await aNewUser())).resolves.toBeDefined();
    await age(user);
    await expect(open(user)).resolves.toBeDefined();
  });

  it('are at most 20 live ones: the 21st ends the least recently used', async () => {
    const user = await aNewUser();
    const opened = [];
    for (let at = 0; at < 20; at += 1) {
      if (at % 10 === 0) await age(user);
      opened.push(await open(user));
    }
    await age(user);
    await kit.owner.query('update sessions set last_used_at = now() where id = $1', [opened[0]!.id]);
    await open(user);
    expect(await sessions.get(opened[0]!.id)).toMatchObject({ revokedAt: null });
    expect(await sessions.get(opened[1]!.id)).toMatchObject({ revokedReason: 'least_recently_used' });
    expect((await sessions.list({ userId: user.id, live: true, limit: 100 })).items).toHaveLength(20);
    expect((await sessions.list({ userId: user.id, limit: 100 })).items).toHaveLength(21);
  });

  it('end once: revoking one again changes nothing and is no second row', async () => {
    const session = await open(await aNewUser());
    const ended = await sessions.revoke(session.id);
    expect(ended).toMatchObject({ revokedReason: 'logout' });
    expect(await sessions.revoke(session.id, { reason: 'operator' })).toEqual(ended);
    const rows = (await kit.rows('session.revoked')).filter((row) => row.text.includes(session.id));
    expect(rows).toHaveLength(1);
    await expect(sessions.revoke('nothing')).rejects.toMatchObject({ code: 'IDENTITY_SESSION_UNKNOWN' });
  });

  it('of one user end together, and nobody else’s with them', async () => {
    const [user, bystander] = [await aNewUser(), await aNewUser()];
    const theirs = await open(bystander);
    await open(user);
    await open(user);
    expect(await sessions.revokeAll(user.id)).toBe(2);
    expect(await sessions.revokeAll(user.id)).toBe(0);
    expect(await sessions.get(theirs.id)).toMatchObject({ revokedAt: null });
  });
});

describe("an agent's session", () => {
  const agents = () => kit.app.get(Agents);
  const issue = (session: Awaited<ReturnType<typeof open>>, agentId?: string) =>
    kit.app
      .get(AccessTokens)
      .issue({ session, resource: 'api', ...(agentId === undefined ? {} : { agentId }) });
  const resolve = async (token: string) => kit.app.get(CredentialResolver).resolve(token, 'api');

  it("carries the agent and the user, and has the user's session for a root", async () => {
    const parent = await open(await aNewUser());
    const outcome = await resolve(await issue(parent, 'helper'));
    expect(outcome).toMatchObject({
      ok: true,
      principal: { userId: parent.userId, rootSessionId: parent.id, agentId: 'helper', role: 'user' },
    });
    expect(outcome.ok && outcome.principal.agent?.tools).toEqual(['Read']);
    expect(outcome.ok && outcome.principal.sessionId).not.toBe(parent.id);
  });

  it('is used again as long as it lives, by its own agent', async () => {
    const parent = await open(await aNewUser());
    const first = await agents().openSession(parent, 'helper');
    expect(await agents().openSession(parent, 'helper')).toEqual(first);
    expect((await agents().openSession(parent, 'other')).id).not.toBe(first.id);
    expect((await agents().openSession(parent, 'helper', { forceNew: true })).id).not.toBe(first.id);
  });

  it('ends with the session that it came from, and not later than it', async () => {
    const user = await aNewUser();
    const parent = await sessions.open({ userId: user.id, clientId: 'test', durationMs: 60_000 });
    const own = await agents().openSession(parent, 'helper');
    expect(own.expiresAt).toEqual(parent.expiresAt);
    const token = await issue(own);
    expect(await resolve(token)).toMatchObject({ ok: true });
    await sessions.revoke(parent.id);
    expect(await resolve(token)).toEqual({ ok: false, problem: 'revoked' });
    expect(await sessions.get(own.id)).toMatchObject({ revokedReason: 'root_revoked' });
  });

  it('never outlives its root, even where only the root is marked', async () => {
    const parent = await open(await aNewUser());
    const token = await issue(parent, 'helper');
    await kit.owner.query(
      "update sessions set revoked_at = now(), revoked_reason = 'operator' where id = $1",
      [parent.id],
    );
    expect(await resolve(token)).toEqual({ ok: false, problem: 'revoked' });
  });

  it('counts as a use of the session that it came from', async () => {
    const user = await aNewUser();
    const parent = await open(user);
    const token = await issue(parent, 'helper');
    await age(user);
    await resolve(token);
    await expect
      .poll(async () => Date.now() - (await sessions.get(parent.id)).lastUsedAt.getTime())
      .toBeLessThan(30_000);
  });

  it('ends without the one that it came from', async () => {
    const parent = await open(await aNewUser());
    const own = await agents().openSession(parent, 'helper');
    await sessions.revoke(own.id);
    expect(await sessions.get(parent.id)).toMatchObject({ revokedAt: null });
  });

  it.each([
    ['nobody', 'IDENTITY_AGENT_UNKNOWN'],
    ['__proto__', 'IDENTITY_AGENT_UNKNOWN'],
    ['off', 'IDENTITY_AGENT_DISABLED'],
    ['for_admins', 'IDENTITY_AGENT_NOT_ALLOWED'],
  ])('is not opened for %s', async (agentId, code) => {
    const parent = await open(await aNewUser());
    await expect(issue(parent, agentId)).rejects.toMatchObject({ code });
  });

  it('is not opened from an agent’s, nor from one that has ended', async () => {
    const parent = await open(await aNewUser());
    const own = await agents().openSession(parent, 'helper');
    await expect(issue(own, 'other')).rejects.toMatchObject({ code: 'IDENTITY_AGENT_NESTED' });
    await sessions.revoke(parent.id);
    await expect(issue(parent, 'helper')).rejects.toMatchObject({ code: 'IDENTITY_SESSION_ENDED' });
  });

  it('is refused where the agent is disabled, removed or no longer for the role', async () => {
    const parent = await open(await aNewUser());
    const token = await issue(parent, 'helper');
    for (const now of [[anAgent({ enabled: false })], [], [anAgent({ roles: ['admin'] })]]) {
      const restarted = await createIdentityKit({ beside: kit, agents: now });
      const outcome = await restarted.app.get(CredentialResolver).resolve(token, 'api');
      expect(outcome).toEqual({ ok: false, problem: 'agent_refused' });
      await restarted.close();
    }
  });

  it('is not what an overflow of sessions ends its own root for', async () => {
    const user = await aNewUser();
    const parent = await open(user);
    for (let at = 0; at < 19; at += 1) {
      if (at % 9 === 0) await age(user);
      await open(user);
    }
    await age(user);
    await agents().openSession(parent, 'helper');
    expect(await sessions.get(parent.id)).toMatchObject({ revokedAt: null });
  });
});

describe('a hook credential', () => {
  const hooks = () => kit.app.get(HookCredentials);
  const resolve = async (text: string, resource: 'hooks' | 'api' | 'mcp/filesystem' = 'hooks') =>
    kit.app.get(CredentialResolver).resolve(text, resource);
  const issue = async (user: User, agentId?: string) => {
    const clientId = 'claude-code';
    const { credential, text } = await hooks().issue({
      userId: user.id,
      clientId,
      deviceId: 'laptop',
      ...(agentId === undefined ? {} : { agentId }),
    });
    return { credential, text: text.reveal() };
  };

  it('speaks for its user, agent and client, at the hook endpoints alone, for 90 days', async () => {
    const user = await aNewUser();
    const { credential, text } = await issue(user, 'helper');
    expect(await resolve(text)).toMatchObject({
      ok: true,
      principal: {
        kind: 'hook_credential',
        userId: user.id,
        sessionId: credential.id,
        rootSessionId: credential.id,
        clientId: 'claude-code',
        agentId: 'helper',
        audience: 'http://localhost:8080/api/v1/hooks',
      },
    });
    expect(await resolve(text, 'api')).toEqual({ ok: false, problem: 'wrong_audience' });
    expect(await resolve(text, 'mcp/filesystem')).toEqual({ ok: false, problem: 'wrong_audience' });
    const { createdAt, expiresAt } = credential.session;
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(90 * 24 * 3_600_000);
  });

  it('is stored as a hash, and its text stands in no row', async () => {
    const { credential, text } = await issue(await aNewUser());
    const { rows } = await kit.owner.query('select h::text as text from hook_credentials h where id = $1', [
      credential.id,
    ]);
    expect(rows[0].text).not.toContain(text.slice(-64));
    expect((await kit.rows()).some((row) => row.text.includes(text.slice(-64)))).toBe(false);
  });

  it('is refused with one digit changed, with another’s secret, or made up', async () => {
    const user = await aNewUser();
    const [one, two] = [await issue(user), await issue(user)];
    const last = one.text.endsWith('0') ? '1' : '0';
    expect(await resolve(one.text.slice(0, -1) + last)).toEqual({ ok: false, problem: 'forged' });
    expect(await resolve(one.text.slice(0, 36) + two.text.slice(36))).toEqual({
      ok: false,
      problem: 'forged',
    });
    expect(await resolve(`ghk_${'0'.repeat(96)}`)).toEqual({ ok: false, problem: 'unknown_session' });
    const session = await open(user);
    const made = `ghk_${session.id.replaceAll('-', '')}${'0'.repeat(64)}`;
    expect(await resolve(made)).toEqual({ ok: false, problem: 'unknown_session' });
  });

  it('ends when revoked, rests while its user is suspended, ends when the user is deleted', async () => {
    const user = await aNewUser();
    const [one, two] = [await issue(user), await issue(user)];
    await hooks().revoke(one.credential.id);
    expect(await resolve(one.text)).toEqual({ ok: false, problem: 'revoked' });
    expect(await resolve(two.text)).toMatchObject({ ok: true });
    const settled = (problem: string) =>
      expect.poll(() => resolve(two.text), { timeout: 1000 }).toEqual({ ok: false, problem });
    await kit.app.get(Users).suspend(user.id);
    await settled('user_inactive');
    await kit.app.get(Users).reactivate(user.id);
    await expect.poll(() => resolve(two.text), { timeout: 1000 }).toMatchObject({ ok: true });
    await kit.app.get(Users).delete(user.id);
    await settled('user_inactive');
    expect((await hooks().list(user.id)).map((one) => one.session.revokedReason)).toEqual([
      'user_deleted',
      'operator',
    ]);
  });

  it('is not what logins push out, nor does its session sign tokens', async () => {
    const user = await aNewUser();
    const { credential, text } = await issue(user);
    for (let at = 0; at < 21; at += 1) {
      if (at % 9 === 0) await age(user);
      await open(user);
    }
    expect(await resolve(text)).toMatchObject({ ok: true });
    const asked = kit.app.get(AccessTokens).issue({ session: credential.session, resource: 'api' });
    await expect(asked).rejects.toMatchObject({ code: 'IDENTITY_SESSION_ENDED' });
    await expect(kit.app.get(Agents).openSession(credential.session, 'helper')).rejects.toMatchObject({
      code: 'IDENTITY_AGENT_NESTED',
    });
  });

  it('are 20 live ones of a user at most', async () => {
    const user = await aNewUser();
    for (let at = 0; at < 20; at += 1) {
      if (at % 10 === 0) await age(user);
      await issue(user);
    }
    await age(user);
    await expect(issue(user)).rejects.toMatchObject({ code: 'IDENTITY_HOOK_CREDENTIALS_FULL' });
    expect(await hooks().list(user.id)).toHaveLength(20);
  });
});
