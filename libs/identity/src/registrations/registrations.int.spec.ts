import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentityKit, type IdentityKit } from '../../test/identity-kit.ts';
import { LoginLinks } from '../login-links/login-links.service.ts';
import { Users } from '../users/users.service.ts';
import { Registrations } from './registrations.service.ts';

let kit: IdentityKit;
let closed: IdentityKit;
let registrations: Registrations;
let users: Users;

beforeAll(async () => {
  kit = await createIdentityKit({ registrationDomains: ['example.test'] });
  closed = await createIdentityKit({ beside: kit });
  registrations = kit.app.get(Registrations);
  users = kit.app.get(Users);
});
afterAll(async () => {
  await closed.close();
  await kit.close();
});

const askAt = (at: IdentityKit, email: string) => at.app.get(LoginLinks).request(email);
const waiting = async () => (await registrations.list()).map(({ email }) => email);

describe('who asks at the login page', () => {
  it.each([
    ['while registration is closed', () => askAt(closed, 'new@example.test')],
    ['from another domain', () => askAt(kit, 'new@example.org')],
    ['from a domain below it', () => askAt(kit, 'new@evil.example.test')],
    ['with the domain before another', () => askAt(kit, 'new@example.test@example.org')],
    ['with no address', () => askAt(kit, 'example.test')],
  ])('%s is not noted', async (_how, ask) => {
    await ask();
    expect(await waiting()).toEqual([]);
  });

  it('from an open domain waits, once however often, and is nobody by it', async () => {
    for (const email of ['new@example.test', ' NEW@Example.test ', 'new@example.test'])
      await askAt(kit, email);
    expect(await waiting()).toEqual(['new@example.test']);
    expect(await users.find('new@example.test')).toBeNull();
    const rows = await kit.rows('admin.login_link_requested');
    expect(rows.filter(({ text }) => text.toLowerCase().includes('new@'))).toEqual([]);
  });

  it('does not wait where the address is a user’s, also a suspended one’s', async () => {
    const user = await users.create({ email: 'taken@example.test' });
    await askAt(kit, user.email);
    await users.suspend(user.id);
    await askAt(kit, user.email);
    expect(await waiting()).not.toContain(user.email);
  });

  it('is one of a thousand at most, and forgotten after two weeks', async () => {
    await kit.owner.query(
      `insert into registrations select '01a2056e-50a8-7000-8000-' || lpad(n::text, 12, '0'), 'many' || n || '@example.test', now() - interval '15 days'
         from generate_series(1, 1000) n`,
    );
    await askAt(kit, 'late@example.test');
    expect(await waiting()).toContain('late@example.test');
    await kit.owner.query(
      `insert into registrations select '01a2056e-50a8-7000-8000-' || lpad(n::text, 12, '0'), 'many' || n || '@example.test', now()
         from generate_series(1, 1000) n`,
    );
    await askAt(kit, 'later@example.test');
    const { rows } = await kit.owner.query(`select from registrations where email = 'later@example.test'`);
    expect(rows).toEqual([]);
    await kit.owner.query(`delete from registrations where email like 'many%'`);
  });
});

describe('an administrator', () => {
  const idOf = async (email: string) =>
    (await registrations.list()).find((one) => one.email === email)?.id ?? 'none';

  it('admits somebody, who is a user of role user then, on record', async () => {
    await askAt(kit, 'wanted@example.test');
    const id = await idOf('wanted@example.test');
    const user = await registrations.admit(id, { department: 'finance' });
    expect(user).toMatchObject({ email: 'wanted@example.test', role: 'user', department: 'finance' });
    expect(await waiting()).not.toContain('wanted@example.test');
    await expect(registrations.admit(id)).rejects.toMatchObject({ code: 'IDENTITY_REGISTRATION_UNKNOWN' });
    const created = await kit.rows('user.created');
    expect(created.at(-1)!.evaluation).toMatchObject({ detail: { userId: user.id, role: 'user' } });
  });

  it('refuses somebody, on record without their address', async () => {
    await askAt(kit, 'unwanted@example.test');
    const id = await idOf('unwanted@example.test');
    await registrations.refuse(id);
    expect(await waiting()).not.toContain('unwanted@example.test');
    await expect(registrations.refuse(id)).rejects.toMatchObject({ code: 'IDENTITY_REGISTRATION_UNKNOWN' });
    const [row] = await kit.rows('admin.registration_refused');
    expect(row!.evaluation).toMatchObject({ detail: { registrationId: id } });
    expect(row!.text).not.toContain('unwanted');
  });
});
