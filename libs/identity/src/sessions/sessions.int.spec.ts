import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ageSessions, aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { AccessTokens, CredentialResolver, Sessions, type User, Users } from '../index.ts';

let kit: IdentityKit;
let sessions: Sessions;
beforeAll(async () => {
  kit = await createIdentityKit();
  sessions = kit.app.get(Sessions);
});
afterAll(() => kit.close());

const aNewUser = () => kit.app.get(Users).create(aUser());
const open = (user: User) => sessions.open({ userId: user.id, clientId: 'test' });
const age = (user: User) => ageSessions(kit, user.id);

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

  it('give their tokens no more scopes than they were granted, whoever signs them', async () => {
    const user = await aNewUser();
    const session = await sessions.open({ userId: user.id, clientId: 'test', scopes: ['a', 'b'] });
    const tokens = kit.app.get(AccessTokens);
    const resolver = kit.app.get(CredentialResolver);
    const scopesOf = async (token: string) => {
      const outcome = await resolver.resolve(token, 'api');
      return outcome.ok ? outcome.principal.scopes : outcome.problem;
    };
    expect(await scopesOf(await tokens.issue({ session, resource: 'api' }))).toEqual(['a', 'b']);
    const fewer = await tokens.issue({ session, resource: 'api', scopes: ['a'] });
    expect(await scopesOf(fewer)).toEqual(['a']);
    await expect(tokens.issue({ session, resource: 'api', scopes: ['c'] })).rejects.toMatchObject({
      code: 'IDENTITY_SCOPE_EXCEEDED',
    });
    const claims = JSON.parse(Buffer.from(fewer.split('.')[1]!, 'base64url').toString());
    expect(await scopesOf(kit.forge({ ...claims, scope: 'a c' }))).toBe('forged');
    for (const scope of ['a  b', 'a"b', ' a', ['a'], 1]) {
      expect(await scopesOf(kit.forge({ ...claims, scope }))).toBe('forged');
    }
  });

  it('lose one token at a time, and with the hundred and first themselves', async () => {
    const session = await open(await aNewUser());
    const tokens = kit.app.get(AccessTokens);
    const resolver = kit.app.get(CredentialResolver);
    const [one, other] = [
      await tokens.issueToken({ session, resource: 'api' }),
      await tokens.issueToken({ session, resource: 'api' }),
    ];
    await sessions.revokeToken(session.id, one.tokenId);
    await sessions.revokeToken(session.id, one.tokenId);
    expect(await resolver.resolve(one.token, 'api')).toEqual({ ok: false, problem: 'revoked' });
    expect(await resolver.resolve(other.token, 'api')).toMatchObject({ ok: true });
    const rows = (await kit.rows('token.revoked')).filter((row) => row.text.includes(one.tokenId));
    expect(rows).toHaveLength(1);
    await kit.owner.query(
      'update sessions set revoked_token_ids = (select array_agg(n::text) from generate_series(1, 100) n) where id = $1',
      [session.id],
    );
    await sessions.revokeToken(session.id, other.tokenId);
    expect(await sessions.get(session.id)).toMatchObject({ revokedReason: 'logout' });
  });
});
