import { systemContext } from '@gatehouse/audit';
import type { UserId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aUser, createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { Sessions, Users } from '../index.ts';

let kit: IdentityKit;
let users: Users;
beforeAll(async () => {
  kit = await createIdentityKit();
  users = kit.app.get(Users);
});
afterAll(() => kit.close());

describe('users', () => {
  it('are created active, found by id and by e-mail address in any case', async () => {
    const fields = { email: 'New.User@Example.Test', displayName: 'New', role: 'mcp', department: 'legal' };
    const user = await users.create(fields);
    expect(user).toMatchObject({
      email: 'new.user@example.test',
      displayName: 'New',
      role: 'mcp',
      department: 'legal',
      status: 'active',
    });
    expect(await users.get(user.id)).toEqual(user);
    expect(await users.get('NEW.user@example.test')).toEqual(user);
    expect(await users.find("x' or '1'='1")).toBeNull();
    await expect(users.get('nobody@example.test')).rejects.toMatchObject({ code: 'IDENTITY_USER_UNKNOWN' });
  });

  it('have what stands before the @ for a name, the role user and no department unless told', async () => {
    expect(await users.create({ email: 'plain@example.test' })).toMatchObject({
      displayName: 'plain',
      role: 'user',
      department: null,
    });
  });

  it('are handed out as values that nobody can change', async () => {
    const user = await users.create(aUser());
    expect(() => Object.assign(user, { role: 'admin' })).toThrow(TypeError);
  });

  it('share no e-mail address, not even when two are created at once', async () => {
    const twice = await Promise.allSettled([
      users.create({ email: 'same@x' }),
      users.create({ email: 'SAME@x' }),
    ]);
    const failed = twice.filter((one) => one.status === 'rejected');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ reason: { code: 'IDENTITY_EMAIL_TAKEN' } });
  });

  it('leave their address free when they are deleted, and do not come back', async () => {
    const first = await users.create({ email: 'again@example.test' });
    await users.delete(first.id);
    const second = await users.create({ email: 'again@example.test' });
    expect(await users.get('again@example.test')).toEqual(second);
    expect(await users.get(first.id)).toMatchObject({ status: 'deleted', email: 'again@example.test' });
    const changes = [
      () => users.reactivate(first.id),
      () => users.suspend(first.id),
      () => users.setRole(first.id, 'mcp'),
    ];
    for (const change of changes) {
      await expect(change()).rejects.toMatchObject({ code: 'IDENTITY_USER_DELETED' });
    }
  });

  it('are listed newest first, page by page, without the deleted ones', async () => {
    const made = [];
    for (let at = 0; at < 5; at += 1) made.push(await users.create(aUser({ department: 'paged' })));
    await users.delete(made[1]!.id);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await users.list({
        department: 'paged',
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(2);
      ids.push(...page.items.map((user) => user.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(ids).toEqual([made[4]!.id, made[3]!.id, made[2]!.id, made[0]!.id]);
    const deleted = await users.list({ department: 'paged', status: 'deleted' });
    expect(deleted.items.map((user) => user.id)).toEqual([made[1]!.id]);
  });

  it.each(['', '\u0000', 'a\u0000@host', '\ud800', "' or true --", 'x'.repeat(100_000)])(
    'are not found, nor is anything broken, by what can name none',
    async (name) => {
      expect(await users.find(name)).toBeNull();
      await expect(users.suspend(name)).rejects.toMatchObject({ code: 'IDENTITY_USER_UNKNOWN' });
      expect(await kit.app.get(Sessions).find(name)).toBeNull();
      await expect(kit.app.get(Sessions).open({ userId: name, clientId: 'test' })).rejects.toMatchObject({
        code: 'IDENTITY_USER_UNKNOWN',
      });
      await expect(kit.app.get(Sessions).list({ userId: name })).rejects.toMatchObject({
        code: 'IDENTITY_USER_UNKNOWN',
      });
    },
  );

  it.each(['', 'x', "'; drop table users; --", '0'.repeat(36)])('refuse %j as a cursor', async (cursor) => {
    await expect(users.list({ cursor })).rejects.toMatchObject({ code: 'IDENTITY_CURSOR_INVALID' });
  });

  it('always leave one active admin, also when two demote each other at once', async () => {
    const { items } = await users.list({ role: 'admin' });
    expect(items).toEqual([]);
    const [a, b] = [
      await users.create(aUser({ role: 'admin' })),
      await users.create(aUser({ role: 'admin' })),
    ];
    const both = await Promise.allSettled([users.setRole(a.id, 'user'), users.suspend(b.id)]);
    expect(both.filter((one) => one.status === 'rejected')).toMatchObject([
      { reason: { code: 'IDENTITY_LAST_ADMIN' } },
    ]);
    const left = (await users.list({ role: 'admin', status: 'active' })).items;
    expect(left).toHaveLength(1);
    await expect(users.delete(left[0]!.id)).rejects.toMatchObject({ code: 'IDENTITY_LAST_ADMIN' });
  });
});

describe('a change of a user', () => {
  const actor = () => systemContext({ userId: 'operator-1' as UserId });

  it('is a row with its actor and ids, never a name or an address', async () => {
    const by = actor();
    const user = await users.create({ email: 'canary@secret.example', displayName: 'Canary Name' }, by);
    await users.setRole(user.id, 'service', by);
    await users.setDepartment(user.id, 'finance', by);
    await users.suspend(user.id, by);
    await users.reactivate(user.id, by);
    await users.delete(user.id, by);
    const rows = (await kit.rows()).filter((row) => row.trace_id === by.traceId);
    expect(rows.map((row) => [row.event, row.action, row.decision, row.policy])).toEqual([
      ['user.created', 'users.create', 'allow', 'not_applicable'],
      ['role.changed', 'users.set_role', 'allow', 'not_applicable'],
      ['user.updated', 'users.set_department', 'allow', 'not_applicable'],
      ['user.suspended', 'users.suspend', 'allow', 'not_applicable'],
      ['user.updated', 'users.reactivate', 'allow', 'not_applicable'],
      ['user.deleted', 'users.delete', 'allow', 'not_applicable'],
    ]);
    for (const row of rows) {
      expect(row.user_id).toBe('operator-1');
      expect(row.text).toContain(user.id);
      expect(row.text.toLowerCase()).not.toContain('canary');
    }
    expect(rows[1]!.evaluation).toMatchObject({ detail: { role: { from: 'user', to: 'service' } } });
  });

  it('to what is so already changes nothing, ends nothing and is no row', async () => {
    const user = await users.create(aUser());
    const session = await kit.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
    const by = actor();
    await users.setRole(user.id, 'user', by);
    await users.setDepartment(user.id, null, by);
    await users.reactivate(user.id, by);
    expect((await kit.rows()).filter((row) => row.trace_id === by.traceId)).toEqual([]);
    expect(await kit.app.get(Sessions).get(session.id)).toMatchObject({ revokedAt: null });
    expect(await users.get(user.id)).toEqual(user);
  });

  it('that ends sessions is a row for each of them too', async () => {
    const user = await users.create(aUser());
    const sessions = kit.app.get(Sessions);
    const open = () => sessions.open({ userId: user.id, clientId: 'test' });
    const ids = [(await open()).id, (await open()).id];
    const by = actor();
    await users.suspend(user.id, by);
    const rows = (await kit.rows('session.revoked')).filter((row) => row.trace_id === by.traceId);
    expect(rows).toHaveLength(2);
    for (const id of ids) {
      expect(rows.some((row) => row.text.includes(id))).toBe(true);
      expect(await sessions.get(id)).toMatchObject({ revokedReason: 'user_suspended' });
    }
  });
});
