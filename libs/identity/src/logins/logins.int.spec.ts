import { Secret } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { Logins, Sessions, Users } from '../index.ts';

let kit: IdentityKit;
beforeAll(async () => {
  kit = await createIdentityKit();
});
afterAll(() => kit.close());

const login = (email: string, at = kit) => at.app.get(Logins).login({ email, clientId: 'gatehouse-cli' });

describe('a login in evaluation mode', () => {
  it('opens a session for any active user, and is a row before the session is', async () => {
    const user = await kit.app.get(Users).create(aUser());
    const made = await login(user.email.toUpperCase());
    expect(made.user).toEqual(user);
    expect(await kit.app.get(Sessions).get(made.session.id)).toEqual(made.session);
    const rows = (await kit.rows()).filter((row) => row.session_id === made.session.id);
    expect(rows.map((row) => row.event)).toEqual(['login.succeeded', 'session.created']);
    expect(new Set(rows.map((row) => row.trace_id)).size).toBe(1);
    expect(rows[0]).toMatchObject({ user_id: user.id, client_id: 'gatehouse-cli' });
  });

  it.each(['unknown', 'suspended', 'deleted'])('answers alike for an %s user, and is a row', async (what) => {
    const user = await kit.app.get(Users).create(aUser());
    if (what === 'suspended') await kit.app.get(Users).suspend(user.id);
    if (what === 'deleted') await kit.app.get(Users).delete(user.id);
    const before = (await kit.rows('login.failed')).length;
    await expect(login(what === 'unknown' ? 'who@example.test' : user.email)).rejects.toMatchObject({
      code: 'IDENTITY_LOGIN_REFUSED',
      message: 'no active user has this e-mail address',
    });
    const rows = (await kit.rows('login.failed')).slice(before);
    expect(rows).toMatchObject([{ user_id: 'anonymous', session_id: 'none', decision: 'deny' }]);
    expect(rows[0]!.text).not.toContain('example.test');
  });

  it('is refused over ten a minute, and is a row', async () => {
    const user = await kit.app.get(Users).create(aUser());
    for (let at = 0; at < 10; at += 1) await login(user.email);
    await expect(login(user.email)).rejects.toMatchObject({ code: 'IDENTITY_SESSION_RATE' });
    const rows = (await kit.rows('login.failed')).filter((row) => row.text.includes(user.id));
    expect(rows).toHaveLength(1);
  });
});

describe('a login in production', () => {
  it('is refused to every user without a further proof, and is a row', async () => {
    const production = await createIdentityKit({ beside: kit, profile: { mode: 'production' } });
    try {
      for (const role of ['admin', 'user']) {
        const user = await kit.app.get(Users).create(aUser({ role }));
        await expect(login(user.email, production)).rejects.toMatchObject({
          code: 'IDENTITY_PROOF_REQUIRED',
        });
        const proof = { kind: 'passphrase', passphrase: new Secret('guess') } as const;
        await expect(
          production.app.get(Logins).login({ email: user.email, clientId: 'gatehouse-cli', proof }),
        ).rejects.toMatchObject({ code: 'IDENTITY_PASSPHRASE_UNSET' });
        const rows = (await kit.rows('login.failed')).filter((row) => row.text.includes(user.id));
        expect(rows).toHaveLength(2);
        expect((await kit.app.get(Sessions).list({ userId: user.id })).items).toEqual([]);
      }
    } finally {
      await production.close();
    }
  });
});
