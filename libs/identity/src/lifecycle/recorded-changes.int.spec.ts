import { AuditLog } from '@gatehouse/audit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { AccessTokens, CredentialResolver, Sessions, Users } from '../index.ts';

let kit: IdentityKit;
beforeEach(async () => {
  kit = await createIdentityKit();
});
afterEach(() => kit.close());

const stored = async (table: 'users' | 'sessions') =>
  (await kit.owner.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n;

describe('a change whose row cannot be written', () => {
  it('does not happen', async () => {
    const users = kit.app.get(Users);
    const user = await users.create(aUser());
    const session = await kit.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
    const token = await kit.app.get(AccessTokens).issue({ session, resource: 'api' });
    await kit.app.get(AuditLog).stop();
    const changes = [
      () => users.create(aUser()),
      () => users.suspend(user.id),
      () => users.delete(user.id),
      () => users.setRole(user.id, 'admin'),
      () => users.setDepartment(user.id, 'finance'),
      () => kit.app.get(Sessions).open({ userId: user.id, clientId: 'test' }),
      () => kit.app.get(Sessions).revoke(session.id),
    ];
    for (const change of changes) await expect(change()).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
    expect(await stored('users')).toBe(1);
    expect(await stored('sessions')).toBe(1);
    expect(await users.get(user.id)).toEqual(user);
    expect(await kit.app.get(Sessions).get(session.id)).toEqual(session);
    expect(await kit.app.get(CredentialResolver).resolve(token, 'api')).toMatchObject({ ok: true });
  });
});

describe('a change that is not committed after its row was', () => {
  it('is taken back by a second row of the same trace', async () => {
    await kit.owner.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
      create constraint trigger refuse after insert on users deferrable initially deferred
        for each row execute function refuse()`);
    await expect(kit.app.get(Users).create(aUser())).rejects.toThrow();
    expect(await stored('users')).toBe(0);
    await expect.poll(() => kit.rows('user.created')).toHaveLength(2);
    const [announced, withdrawn] = await kit.rows('user.created');
    expect(announced).toMatchObject({ decision: 'allow', policy: 'not_applicable' });
    expect(withdrawn).toMatchObject({ decision: 'deny', policy: 'internal_error' });
    expect(withdrawn!.trace_id).toBe(announced!.trace_id);
  });
});

describe('a change that nobody may see before its row', () => {
  it('is not visible while the row is on its way', async () => {
    const audit = kit.app.get(AuditLog);
    const record = audit.record.bind(audit);
    const seen: number[] = [];
    audit.record = async (entry) => {
      seen.push(await stored('users'));
      return record(entry);
    };
    await kit.app.get(Users).create(aUser());
    expect(seen).toEqual([0]);
    expect(await stored('users')).toBe(1);
  });
});
