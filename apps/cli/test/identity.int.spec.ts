import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '@gatehouse/config';
import { type Database, openDatabase, withClient } from '@gatehouse/database';
import { type JsonObject, newId } from '@gatehouse/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CommandLine } from './support/command-line.ts';

let shell: CommandLine;
let held: Database;
beforeAll(async () => {
  await build('cli');
  shell = new CommandLine();
  held = await openDatabase(await loadConfiguration({ environment: shell.environment }), { purpose: 'cli' });
});
afterAll(async () => {
  await held.close();
  shell.remove();
});

const users = (...args: string[]) => shell.data('admin', 'users', ...args);
const events = async (id: string) => {
  const { rows } = await shell.data(
    'infra',
    'db',
    'query',
    `select event from audit_log where evaluation::text like '%${id}%' order by id`,
  );
  return (rows as { event: string }[]).map(({ event }) => event).filter((event) => event !== 'db.queried');
};

describe('admin users', () => {
  it('creates, changes, suspends, reactivates and deletes, each a row', async () => {
    const created = await users('create', '--email', 'ana@example.test');
    const id = created.id as string;
    expect(await users('update', id, '--name', 'Ana Silva')).toMatchObject({ display_name: 'Ana Silva' });
    expect(await users('department', 'set', id, 'finance')).toMatchObject({ department: 'finance' });
    expect(await users('department', 'set', id)).toMatchObject({ department: null });
    expect(await users('suspend', id, '--yes')).toMatchObject({ status: 'suspended' });
    expect(await users('reactivate', id)).toMatchObject({ status: 'active' });
    expect(await shell.run(['admin', 'users', 'delete', id])).toMatchObject({ code: 2, stdout: '' });
    expect(await users('delete', id, '--yes')).toMatchObject({ status: 'deleted' });
    expect(await events(id)).toEqual([
      'user.created',
      'user.updated',
      'user.updated',
      'user.updated',
      'user.suspended',
      'user.updated',
      'user.deleted',
    ]);
  });

  it('counts, and changes many at once', async () => {
    for (const name of ['one', 'two']) {
      await users('create', '--email', `${name}@bulk.test`, '--department', 'bulk');
    }
    expect(await users('count', '--breakdown')).toMatchObject({ by_department: { bulk: 2 } });
    expect(await users('bulk', 'suspend', '--department', 'bulk', '--dry-run')).toMatchObject({
      changed: [],
    });
    expect((await shell.run(['admin', 'users', 'bulk', 'suspend', '--department', 'bulk'])).code).toBe(2);
    expect((await shell.run(['admin', 'users', 'bulk', 'suspend', '--yes'])).code).toBe(2);
    const { changed } = await users('bulk', 'suspend', '--department', 'bulk', '--yes');
    expect(changed).toHaveLength(2);
    expect(await users('stats')).toMatchObject({ suspended: 2, admins: 1 });
  });

  it('exports to a file for this user alone that it does not overwrite', async () => {
    const file = join(shell.folder, 'users.csv');
    const { count } = await users('export', '--format', 'csv', '--output', file);
    expect(readFileSync(file, 'utf8').trim().split('\r\n')).toHaveLength(Number(count) + 1);
    expect((await shell.run(['admin', 'users', 'export', '--output', file])).code).toBe(1);
    expect(existsSync(file)).toBe(true);
  });

  it('makes, rotates and revokes API keys, and shows each once', async () => {
    const made = await users(
      'api-keys',
      'create',
      '--name',
      'CI',
      '--scope',
      'audit:read:self',
      '--days',
      '7',
    );
    expect(made.key).toMatch(/^gak_/);
    const listed = await users('api-keys', 'list');
    expect(JSON.stringify(listed)).not.toContain(made.key);
    const rotated = await users('api-keys', 'rotate', made.id as string);
    expect(rotated).toMatchObject({ name: 'CI', status: 'live', replaces: made.id });
    await users('api-keys', 'revoke', rotated.id as string, '--yes');
    expect((await users('api-keys', 'list')).api_keys).toEqual([]);
    expect(
      (await shell.run(['admin', 'users', 'api-keys', 'create', '--name', 'x', '--scope', 'root'])).code,
    ).toBe(2);
  });

  it('bans, finds, lists and lifts', async () => {
    const ban = await users('bans', 'add', '203.0.113.0/24', '--reason', 'scanner', '--duration', '2h');
    expect(ban).toMatchObject({ network: '203.0.113.0/24', status: 'in force' });
    expect(await users('bans', 'check', '203.0.113.9')).toMatchObject({ banned: true, reason: 'scanner' });
    expect(await users('bans', 'check', '203.0.114.9')).toMatchObject({ banned: false });
    expect((await users('bans', 'list')).bans).toMatchObject([{ id: ban.id }]);
    expect(await users('bans', 'remove', '203.0.113.0/24', '--yes')).toMatchObject({ removed: true });
    expect((await users('bans', 'list')).bans).toEqual([]);
    expect((await shell.run(['admin', 'users', 'bans', 'add', '127.0.0.1', '--reason', 'me'])).code).toBe(1);
    expect(
      (await shell.run(['admin', 'users', 'bans', 'add', '1.2.3.4', '--reason', 'x', '--duration', 'soon']))
        .code,
    ).toBe(2);
  });

  it('makes a one-time login link', async () => {
    const link = await users('login-link', 'maya@example.test');
    expect(link.url).toMatch(/^http:\/\/localhost:8080\/login\/link\?code=ghl_[0-9a-f]{96}$/);
  });
});

describe('admin clients', () => {
  it('makes, lists and removes clients of services, and lists and withdraws consents', async () => {
    await users('create', '--email', 'nightly@example.test', '--role', 'service');
    const made = await shell.data('admin', 'clients', 'create', 'Nightly', '--user', 'nightly@example.test');
    expect(made).toMatchObject({ name: 'Nightly', client_secret: expect.any(String) as string });
    const { clients } = await shell.data('admin', 'clients', 'list');
    expect(JSON.stringify(clients)).toContain(made.client_id as string);
    expect(JSON.stringify(clients)).not.toContain(made.client_secret as string);
    await shell.data('admin', 'clients', 'remove', made.client_id as string, '--yes');
    expect(await events(made.client_id as string)).toEqual(['client.registered', 'client.removed']);
    expect(await shell.data('admin', 'clients', 'consents', 'list', '--all')).toEqual({ consents: [] });
    const nothing = ['admin', 'clients', 'consents', 'withdraw', 'f'.repeat(32), '--yes'];
    expect(await shell.run(nothing)).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('who asked at the login page', () => {
  it('for a link is listed until there is one', async () => {
    const { id } = await users('show', 'jon@example.test');
    await withClient(held.clientConfig('owner'), (owner) =>
      owner.query('insert into login_requests values ($1, now())', [id]),
    );
    expect(await users('login-requests')).toMatchObject({ total: 1, login_requests: [{ user_id: id }] });
    await users('login-link', 'jon@example.test');
    expect(await users('login-requests')).toMatchObject({ total: 0 });
  });

  it('for an account is listed, admitted and refused', async () => {
    const [wanted, unwanted] = [newId(), newId()];
    await withClient(held.clientConfig('owner'), (owner) =>
      owner.query(
        `insert into registrations values ($1, 'wanted@example.test', now()), ($2, 'unwanted@example.test', now())`,
        [wanted, unwanted],
      ),
    );
    expect(await users('registrations', 'list')).toMatchObject({ total: 2 });
    expect(await users('registrations', 'admit', wanted, '--department', 'finance')).toMatchObject({
      email: 'wanted@example.test',
      role: 'user',
      department: 'finance',
    });
    expect(await users('registrations', 'refuse', unwanted)).toMatchObject({ refused: true });
    expect(await events(unwanted)).toEqual(['admin.registration_refused']);
    expect((await shell.run(['admin', 'users', 'registrations', 'admit', unwanted])).code).toBe(1);
    expect(await users('registrations', 'list')).toMatchObject({ total: 0 });
  });
});

describe('admin session', () => {
  it('switches between stored sessions, and ends those of others', async () => {
    await shell.data('admin', 'session', 'login', '--email', 'maya@example.test');
    expect((await shell.run(['admin', 'users', 'list'])).code).toBe(3);
    await shell.data('admin', 'session', 'switch', 'admin@localhost');
    expect((await shell.run(['admin', 'session', 'switch', 'jon@example.test'])).code).toBe(3);
    const { ended } = await shell.data('admin', 'session', 'revoke', '--user', 'maya@example.test', '--yes');
    expect(ended).toBe(1);
    expect((await shell.run(['admin', 'session', 'switch', 'maya@example.test'])).code).toBe(3);
  });
});

describe('admin config', () => {
  it('compares roles and modes', async () => {
    const { roles } = await shell.data('admin', 'config', 'rate-limits', 'compare');
    expect(roles).toContainEqual({
      role: 'admin',
      multiplier: 10,
      session_per_minute: 3000,
      user_per_minute: 12_000,
    });
    const { settings } = await shell.data('admin', 'config', 'security', 'compare');
    expect(settings).toContainEqual(
      expect.objectContaining({
        setting: 'mode',
        here: 'evaluation',
        there: 'production',
        differs: true,
      } as JsonObject),
    );
    expect(await shell.data('admin', 'config', 'rate-limits', 'show')).toMatchObject({ per_minute: 300 });
  });

  it('renews the key of ID tokens, and withdraws the others where told to', async () => {
    const keys = (...args: string[]) => shell.data('admin', 'config', 'keys', ...args);
    const kidsOf = ({ keys: rows }: JsonObject) =>
      (rows as { kid: string; state: string }[]).map(({ kid, state }) => `${state} ${kid}`);
    const [first = ''] = kidsOf(await keys('rotate', '--yes'));
    const second = kidsOf(await keys('rotate', '--yes'));
    expect(second).toEqual([expect.stringMatching(/^next /), first]);
    expect(first).toMatch(/^signs /);
    expect(kidsOf(await keys('list'))).toEqual(second);
    const { code } = await shell.run(['admin', 'config', 'keys', 'rotate', '--withdraw']);
    expect(code).toBe(2);
    const third = kidsOf(await keys('rotate', '--withdraw', '--yes'));
    expect(third).toEqual([expect.stringMatching(/^signs /)]);
    expect(second).not.toContain(third[0]);
    expect(await events(third[0]!.split(' ')[1]!)).toEqual(['credential.rotated']);
  });
});
