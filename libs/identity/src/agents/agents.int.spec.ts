import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageSessions, anAgent, aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { AccessTokens, Agents, CredentialResolver, Sessions, type User, Users } from '../index.ts';

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
const age = (user: User) => ageSessions(kit, user.id);

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
    expect(outcome.ok && outcome.principal.agents.map(({ tools }) => tools)).toEqual([['Read']]);
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

  it('is not opened from one that has ended', async () => {
    const parent = await open(await aNewUser());
    await sessions.revoke(parent.id);
    await expect(issue(parent, 'helper')).rejects.toMatchObject({ code: 'IDENTITY_SESSION_ENDED' });
  });

  it('hands on to another agent: the chain stands in token and principal, four agents deep at most', async () => {
    const parent = await open(await aNewUser());
    let session = parent;
    const chain = ['helper', 'other', 'helper', 'other'];
    for (const agentId of chain) session = await agents().openSession(session, agentId);
    expect(session).toMatchObject({ actors: chain, agentId: 'other', rootSessionId: parent.id });
    const token = await issue(session);
    const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
    const act = { sub: 'other', act: { sub: 'helper', act: { sub: 'other', act: { sub: 'helper' } } } };
    expect(claims).toMatchObject({ sub: parent.userId, agent: 'other', act });
    const outcome = await resolve(token);
    expect(outcome.ok && outcome.principal.agents.map(({ id }) => id)).toEqual(chain);
    await expect(issue(session, 'helper')).rejects.toMatchObject({ code: 'IDENTITY_DELEGATION_DEEP' });
  });

  it('ends with any that it came from, marked or not', async () => {
    const parent = await open(await aNewUser());
    const first = await agents().openSession(parent, 'helper');
    const second = await agents().openSession(first, 'other');
    const third = await agents().openSession(second, 'helper');
    const token = await issue(third);
    expect(await resolve(token)).toMatchObject({ ok: true });
    await sessions.revoke(first.id);
    expect(await resolve(token)).toEqual({ ok: false, problem: 'revoked' });
    expect(await sessions.get(third.id)).toMatchObject({ revokedReason: 'root_revoked' });
    expect(await sessions.get(parent.id)).toMatchObject({ revokedAt: null });
    const again = await agents().openSession(parent, 'helper');
    const late = await issue(await agents().openSession(again, 'other'));
    await kit.owner.query(
      "update sessions set revoked_at = now(), revoked_reason = 'operator' where id = $1",
      [again.id],
    );
    expect(await resolve(late)).toEqual({ ok: false, problem: 'revoked' });
  });

  it('is granted no more than the session that it came from', async () => {
    const user = await aNewUser();
    const parent = await sessions.open({ userId: user.id, clientId: 'test', scopes: ['a', 'b'] });
    await expect(agents().openSession(parent, 'helper', { scopes: ['c'] })).rejects.toMatchObject({
      code: 'IDENTITY_SCOPE_EXCEEDED',
    });
    const own = await agents().openSession(parent, 'helper', { scopes: ['a'] });
    expect(own.scopes).toEqual(['a']);
    expect((await agents().openSession(parent, 'helper')).scopes).toEqual(['a', 'b']);
    expect((await agents().openSession(parent, 'helper', { scopes: ['a'] })).id).toBe(own.id);
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
