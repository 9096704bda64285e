import { newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import {
  AccessTokens,
  CredentialResolver,
  HookCredentials,
  type Resource,
  type Session,
  Sessions,
  Users,
} from '../index.ts';
import type { CredentialProblem } from './credential-outcome.ts';

let kit: IdentityKit;
beforeAll(async () => {
  kit = await createIdentityKit();
});
afterAll(() => kit.close());

async function aSession(fields: Parameters<typeof aUser>[0] = {}): Promise<Session> {
  const user = await kit.app.get(Users).create(aUser(fields));
  return kit.app.get(Sessions).open({ userId: user.id, clientId: 'gatehouse-cli' });
}

const issue = (session: Session, resource: Resource = 'api') =>
  kit.app.get(AccessTokens).issue({ session, resource });

const resolve = async (token: string | undefined, resource: Resource = 'api') =>
  kit.app.get(CredentialResolver).resolve(token, resource);

const claims = (session: Session): Record<string, unknown> => ({
  iss: 'http://localhost:8080',
  aud: 'http://localhost:8080/api/v1',
  sub: session.userId,
  sid: session.id,
  client_id: session.clientId,
  jti: newId(),
  iat: Math.floor(Date.now() / 1000),
  exp: Math.floor(Date.now() / 1000) + 3600,
});

describe('a genuine access token', () => {
  it('speaks for the stored user, in the stored session', async () => {
    const session = await aSession({ role: 'service', department: 'finance' });
    const outcome = await resolve(await issue(session));
    expect(outcome).toMatchObject({
      ok: true,
      principal: {
        kind: 'access_token',
        userId: session.userId,
        sessionId: session.id,
        rootSessionId: session.id,
        clientId: 'gatehouse-cli',
        role: 'service',
        department: 'finance',
        agentId: null,
        agents: [],
        scopes: null,
        audience: 'http://localhost:8080/api/v1',
      },
    });
  });

  it('is resolved at once while the session is remembered', async () => {
    const token = await issue(await aSession());
    const resolver = kit.app.get(CredentialResolver);
    expect(resolver.resolve(token, 'api')).toBeInstanceOf(Promise);
    await resolver.resolve(token, 'api');
    expect(resolver.resolve(token, 'api')).toMatchObject({ ok: true });
  });

  it('is good a few seconds before it begins by this clock, and not one after it has ended', async () => {
    const now = Math.floor(Date.now() / 1000);
    const forged = { ...claims(await aSession()), iat: now + 4 };
    expect(await resolve(kit.forge(forged))).toMatchObject({ ok: true });
    expect(await resolve(kit.forge({ ...forged, iat: now - 60, nbf: now + 4 }))).toMatchObject({ ok: true });
    expect(await resolve(kit.forge({ ...forged, iat: now - 60, exp: now }))).toEqual({
      ok: false,
      problem: 'expired',
    });
  });

  it('is the same however its claims are signed, as long as they are ours', async () => {
    const session = await aSession();
    expect(await resolve(kit.forge(claims(session)))).toMatchObject({ ok: true });
  });
});

describe('a token forged with the right key', () => {
  type Change = (own: Session, other: Session) => Record<string, unknown>;
  const soon = () => Math.floor(Date.now() / 1000);
  it.each<[string, Change, CredentialProblem]>([
    ['without a session behind it', () => ({ sid: newId() }), 'unknown_session'],
    ['with the session of another user', (_own, other) => ({ sid: other.id }), 'forged'],
    ['with the name of another user', (_own, other) => ({ sub: other.userId }), 'forged'],
    ['with another client', () => ({ client_id: 'claude-code' }), 'forged'],
    ['with an agent that the session is not of', () => ({ agent: 'associate_agent' }), 'forged'],
    ['with a role', () => ({ role: 'admin' }), 'forged'],
    ['with an e-mail address for a user', () => ({ sub: 'admin@localhost' }), 'forged'],
    ['that ended', () => ({ iat: soon() - 7200, exp: soon() - 1 }), 'expired'],
    ['that ends this second', () => ({ iat: soon() - 7200, exp: soon() }), 'expired'],
    ['that begins later', () => ({ iat: soon() + 60, exp: soon() + 3600 }), 'expired'],
    ['that may not be used before later', () => ({ nbf: soon() + 60 }), 'expired'],
    ['for the root of the installation', () => ({ aud: 'http://localhost:8080' }), 'wrong_audience'],
    ['for nobody', () => ({ aud: '' }), 'wrong_audience'],
    ['of another installation', () => ({ iss: 'http://localhost:8081' }), 'forged'],
  ])('%s is refused', async (_what, change, problem) => {
    const [own, other] = [await aSession(), await aSession({ role: 'admin' })];
    const token = kit.forge({ ...claims(own), ...change(own, other) });
    expect(await resolve(token)).toEqual({ ok: false, problem });
  });
});

it('a token forged for the session of a hook credential is refused', async () => {
  const user = await kit.app.get(Users).create(aUser());
  const wanted = { userId: user.id, clientId: 'claude-code', deviceId: 'laptop' };
  const { credential } = await kit.app.get(HookCredentials).issue(wanted);
  const token = kit.forge(claims(credential.session));
  expect(await resolve(token)).toEqual({ ok: false, problem: 'forged' });
  expect(await resolve(token, 'hooks')).toEqual({ ok: false, problem: 'forged' });
});

describe('a token for one resource', () => {
  const cases: readonly [Resource, Resource, boolean][] = [
    ['api', 'hooks', true],
    ['hooks', 'hooks', true],
    ['hooks', 'api', false],
    ['api', 'mcp/filesystem', false],
    ['mcp/filesystem', 'mcp/filesystem', true],
    ['mcp/filesystem', 'mcp/memory', false],
    ['mcp/filesystem', 'mcp/filesystem/', false],
    ['mcp/filesystem', 'mcp/elsewhere', false],
    ['mcp/filesystem', 'api', false],
    ['mcp/filesystem', 'hooks', false],
  ];
  it.each(cases)('%s, at the door of %s: accepted %s', async (issued, door, accepted) => {
    const outcome = await resolve(await issue(await aSession(), issued), door);
    expect(outcome.ok ? 'accepted' : outcome.problem).toBe(accepted ? 'accepted' : 'wrong_audience');
  });

  it.each(['mcp/elsewhere', 'mcp/', 'mcp/../api/v1', 'admin'])('is not issued for %j', async (resource) => {
    await expect(issue(await aSession(), resource as Resource)).rejects.toMatchObject({
      code: 'IDENTITY_RESOURCE_UNKNOWN',
    });
  });
});

describe('what is no token', () => {
  it.each<[string, string | undefined, CredentialProblem]>([
    ['nothing', undefined, 'missing'],
    ['an empty one', '', 'missing'],
    ['100 KB', 'x'.repeat(100_000), 'malformed'],
    ['100 KB that start well', `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(100_000)}`, 'malformed'],
    ['garbage', '\u0000\u0001\ufffd', 'malformed'],
    ['a lone surrogate', '\ud800', 'malformed'],
    ['a hook credential that is cut', 'ghk_0123', 'malformed'],
  ])('%s is refused', async (_what, token, problem) => {
    expect(await resolve(token)).toEqual({ ok: false, problem });
  });
});

describe('when the stored side changes', () => {
  let other: IdentityKit;
  beforeAll(async () => {
    other = await createIdentityKit({ beside: kit });
  });
  afterAll(() => other.close());

  type End = [what: string, end: (at: IdentityKit, session: Session) => unknown, problem: CredentialProblem];
  const ends: readonly End[] = [
    ['its session is revoked', ({ app }, s) => app.get(Sessions).revoke(s.id), 'revoked'],
    ['every session is revoked', ({ app }, s) => app.get(Sessions).revokeAll(s.userId), 'revoked'],
    ['the user is suspended', ({ app }, s) => app.get(Users).suspend(s.userId), 'user_inactive'],
    ['the user is deleted', ({ app }, s) => app.get(Users).delete(s.userId), 'user_inactive'],
    ['the role changes', ({ app }, s) => app.get(Users).setRole(s.userId, 'service'), 'revoked'],
    ['the department changes', ({ app }, s) => app.get(Users).setDepartment(s.userId, 'hr'), 'revoked'],
  ];

  it.each(ends)('a token ends at once in this process when %s', async (_what, end, problem) => {
    const session = await aSession();
    const token = await issue(session);
    expect(await resolve(token)).toMatchObject({ ok: true });
    await end(kit, session);
    expect(await resolve(token)).toEqual({ ok: false, problem });
  });

  it.each(ends)('a token ends within a second in every process when %s', async (_what, end, problem) => {
    const session = await aSession();
    const token = await issue(session);
    expect(await resolve(token)).toMatchObject({ ok: true });
    await end(other, session);
    await expect.poll(() => resolve(token), { timeout: 1000, interval: 20 }).toEqual({ ok: false, problem });
  });

  it('a reactivated user needs a new session', async () => {
    const session = await aSession();
    const token = await issue(session);
    await kit.app.get(Users).suspend(session.userId);
    await kit.app.get(Users).reactivate(session.userId);
    expect(await resolve(token)).toEqual({ ok: false, problem: 'revoked' });
    await expect(issue(await kit.app.get(Sessions).get(session.id))).rejects.toMatchObject({
      code: 'IDENTITY_SESSION_ENDED',
    });
  });

  it('a session that has run out is expired, whatever its token says', async () => {
    const session = await aSession();
    const token = await issue(session);
    await kit.owner.query(
      `update sessions set created_at = now() - interval '2 days', expires_at = now() - interval '1 ms' where id = $1`,
      [session.id],
    );
    expect(await resolve(token)).toEqual({ ok: false, problem: 'expired' });
  });

  it('a use is written down, half a minute late at most', async () => {
    const session = await aSession();
    const token = await issue(session);
    await kit.owner.query(`update sessions set last_used_at = now() - interval '1 hour' where id = $1`, [
      session.id,
    ]);
    await resolve(token);
    await expect
      .poll(async () => Date.now() - (await kit.app.get(Sessions).get(session.id)).lastUsedAt.getTime())
      .toBeLessThan(30_000);
  });
});

describe('when the database is silent', () => {
  it('nothing is verified, nobody waits longer than a deadline, and all is well when it is back', async () => {
    const token = await issue(await aSession());
    const locker = await kit.owner.connect();
    await locker.query('begin; lock table sessions in access exclusive mode');
    const before = performance.now();
    const outcomes = await Promise.all([resolve(token), resolve(token), resolve(token)]);
    expect(performance.now() - before).toBeLessThan(1900);
    expect(outcomes).toEqual(Array(3).fill({ ok: false, problem: 'unverifiable' }));
    await locker.query('rollback');
    locker.release();
    expect(await resolve(token)).toMatchObject({ ok: true });
  });

  it('what was remembered is good for a second and no longer', async () => {
    const token = await issue(await aSession());
    expect(await resolve(token)).toMatchObject({ ok: true });
    const locker = await kit.owner.connect();
    await locker.query('begin; lock table sessions in access exclusive mode');
    const since = performance.now();
    expect(await resolve(token)).toMatchObject({ ok: true });
    await expect.poll(() => resolve(token), { timeout: 3000, interval: 20 }).toMatchObject({ ok: false });
    expect(performance.now() - since).toBeLessThan(2500);
    await locker.query('rollback');
    locker.release();
    await expect.poll(() => resolve(token)).toMatchObject({ ok: true });
  });

  it('a connection that was cut is replaced', async () => {
    const token = await issue(await aSession());
    await resolve(token);
    await kit.owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'gatehouse identity' and datname = current_database()",
    );
    const fresh = await issue(await aSession());
    await expect.poll(() => resolve(fresh)).toMatchObject({ ok: true });
  });
});

describe('many callers at once', () => {
  it('are all answered, over two connections at most', async () => {
    const fresh = await createIdentityKit({ beside: kit });
    const sessions = await Promise.all(Array.from({ length: 8 }, () => aSession()));
    const tokens = await Promise.all(sessions.map((session) => issue(session)));
    const connections = async () => {
      const { rows } = await kit.owner.query<{ pid: number }>(
        `select pid from pg_stat_activity
          where application_name = 'gatehouse identity' and datname = current_database()`,
      );
      return rows.map((row) => row.pid);
    };
    const before = await connections();
    const resolver = fresh.app.get(CredentialResolver);
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, async (_, at) => resolver.resolve(tokens[at % 8]!, 'api')),
    );
    expect(outcomes.every((one) => one.ok)).toBe(true);
    const own = (await connections()).filter((pid) => !before.includes(pid));
    expect(own.length).toBeLessThanOrEqual(2);
    await fresh.close();
  });
});
