import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { ApiKeys, CredentialResolver, Sessions, type User, Users } from '../index.ts';

let kit: IdentityKit;
let keys: ApiKeys;
let resolver: CredentialResolver;
beforeAll(async () => {
  kit = await createIdentityKit();
  keys = kit.app.get(ApiKeys);
  resolver = kit.app.get(CredentialResolver);
});
afterAll(() => kit.close());

const aNewUser = () => kit.app.get(Users).create(aUser());
const issue = (user: User, scopes: readonly string[] = ['api'], days?: number) =>
  keys.issue({ userId: user.id, name: 'Build', scopes, ...(days === undefined ? {} : { days }) });
const problem = async (text: string, resource: Parameters<CredentialResolver['resolve']>[1] = 'api') => {
  const outcome = await resolver.resolve(text, resource);
  return outcome.ok ? 'good' : outcome.problem;
};

describe('an API key', () => {
  it('speaks for its user, and the database has its hash alone', async () => {
    const user = await aNewUser();
    const { key, text } = await issue(user);
    expect(text.reveal()).toMatch(/^gak_[0-9a-f]{96}$/);
    expect(text.reveal().startsWith(key.prefix)).toBe(true);
    expect(key.prefix).toHaveLength(20);
    const outcome = await resolver.resolve(text.reveal(), 'api');
    expect(outcome).toMatchObject({
      ok: true,
      principal: { kind: 'api_key', userId: user.id, sessionId: key.id, role: 'user', scopes: ['api'] },
    });
    const { rows } = await kit.owner.query(
      'select row_to_json(k)::text as text from api_keys k where id = $1',
      [key.id],
    );
    expect(rows[0].text).not.toContain(text.reveal().slice(36));
    const written = (await kit.rows()).map((row) => row.text).join('\n');
    expect(written).not.toContain('gak_');
  });

  it.each([
    [['hooks'], ['hooks']],
    [['api'], ['api']],
    [['audit:read:self'], ['api']],
    [['mcp:filesystem'], ['mcp/filesystem']],
    [
      ['mcp:filesystem', 'hooks', 'users:read'],
      ['mcp/filesystem', 'hooks', 'api'],
    ],
  ] as const)('with the scopes %j opens %j alone', async (scopes, open) => {
    const { text } = await issue(await aNewUser(), scopes);
    for (const resource of ['api', 'hooks', 'mcp/filesystem', 'mcp/everything'] as const) {
      const wanted = (open as readonly string[]).includes(resource) ? 'good' : 'wrong_audience';
      expect(await problem(text.reveal(), resource), resource).toBe(wanted);
    }
  });

  it.each([[[]], [['*']], [['admin']], [['mcp:nowhere']], [['mcp:*']], [['users:read', 'x']], [['']]])(
    'has no scopes like %j',
    async (scopes) => {
      await expect(issue(await aNewUser(), scopes)).rejects.toMatchObject({ code: 'IDENTITY_SCOPE_INVALID' });
    },
  );

  it.each([0, -1, 366, 1.5, Number.NaN])('does not last %s days', async (days) => {
    await expect(issue(await aNewUser(), ['api'], days)).rejects.toMatchObject({
      code: 'IDENTITY_KEY_DAYS_INVALID',
    });
  });

  it('is refused when it is changed, revoked, expired, or its user suspended; a role change it outlives', async () => {
    const user = await aNewUser();
    const { key, text } = await issue(user);
    const bearer = text.reveal();
    const last = bearer.at(-1) === '0' ? '1' : '0';
    expect(await problem(bearer.slice(0, -1) + last)).toBe('forged');
    expect(await problem(bearer.toUpperCase())).not.toBe('good');
    expect(await problem(`${bearer}0`)).toBe('malformed');
    await kit.app.get(Users).setRole(user.id, 'service');
    expect(await resolver.resolve(bearer, 'api')).toMatchObject({ principal: { role: 'service' } });
    await kit.app.get(Users).suspend(user.id);
    expect(await problem(bearer)).toBe('user_inactive');
    await kit.app.get(Users).reactivate(user.id);
    expect(await problem(bearer)).toBe('good');
    await keys.revoke(key.id);
    expect(await problem(bearer)).toBe('revoked');
    const short = await issue(user, ['api'], 1);
    await kit.owner.query(
      "update sessions set created_at = now() - interval '2 days', expires_at = now() - interval '1 day' where id = $1",
      [short.key.id],
    );
    expect(await problem(short.text.reveal())).toBe('expired');
  });

  it('is replaced by rotation with the rest of its time, once', async () => {
    const { key, text } = await issue(await aNewUser(), ['hooks'], 10);
    const tried = await Promise.allSettled([keys.rotate(key.id), keys.rotate(key.id)]);
    const made = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(made).toHaveLength(1);
    expect(await problem(text.reveal(), 'hooks')).toBe('revoked');
    expect(await problem(made[0]!.text.reveal(), 'hooks')).toBe('good');
    const drift = made[0]!.key.session.expiresAt.getTime() - key.session.expiresAt.getTime();
    expect(Math.abs(drift)).toBeLessThan(5000);
    const rows = await kit.rows('credential.rotated');
    expect(rows.filter((row) => row.text.includes(key.id))).toHaveLength(1);
  });

  it('ends for good with its user, is no login, and does not crowd logins out', async () => {
    const user = await aNewUser();
    const { key } = await issue(user);
    for (let n = 0; n < 5; n += 1) await kit.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
    expect(await kit.app.get(Sessions).revokeAll(user.id)).toBe(5);
    expect((await keys.get(key.id)).session.revokedAt).toBeNull();
    await kit.app.get(Users).delete(user.id);
    expect((await keys.get(key.id)).session.revokedReason).toBe('user_deleted');
  });
});
