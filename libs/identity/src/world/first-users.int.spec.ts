import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { FirstUsers, Users } from '../index.ts';

let kit: IdentityKit;
let users: Users;
beforeEach(async () => {
  kit = await createIdentityKit();
  users = kit.app.get(Users);
});
afterEach(() => kit.close());

const start = async (at = kit) => {
  const first = at.app.get(FirstUsers);
  return [...(await first.ensureFirstAdmin()), ...(await first.seedSampleWorld())].map((user) => user.email);
};

describe('the first start', () => {
  it('makes the admin and the sample users, each with its row', async () => {
    expect(await start()).toEqual(['admin@localhost', 'maya@example.test', 'jon@example.test']);
    expect(await users.get('admin@localhost')).toMatchObject({ role: 'admin', department: null });
    expect(await users.get('maya@example.test')).toMatchObject({ role: 'user', department: 'finance' });
    expect(await users.get('jon@example.test')).toMatchObject({ role: 'user', department: 'support' });
    expect(await kit.rows('user.created')).toHaveLength(3);
  });

  it('makes nobody twice, whether processes start at once or one after the other', async () => {
    const made = await Promise.all([start(), start()]);
    expect(made.flat().sort()).toEqual(['admin@localhost', 'jon@example.test', 'maya@example.test']);
    expect(await start()).toEqual([]);
  });

  it('makes the admin alone in production', async () => {
    const production = await createIdentityKit({ beside: kit, profile: { mode: 'production' } });
    expect(await start(production)).toEqual(['admin@localhost']);
    await production.close();
  });
});

describe('a later start', () => {
  it('does not bring back who was deleted, nor an admin where there are other users', async () => {
    await start();
    await users.delete('jon@example.test');
    await users.create({ email: 'other@example.test', role: 'admin' });
    await users.delete('admin@localhost');
    expect(await start()).toEqual([]);
    expect((await users.list()).items.map((user) => user.email)).toEqual([
      'other@example.test',
      'maya@example.test',
    ]);
  });
});
