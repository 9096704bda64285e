import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CredentialResolver, HookCredentials } from '@gatehouse/identity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CatalogKit, createCatalogKit } from '../../test/catalog-kit.ts';
import {
  ClientHooks,
  type HookInstallation,
  installManagedHooks,
  listHooks,
  validateHooks,
} from '../index.ts';

const PROGRAM = fileURLToPath(new URL('../../../../apps/cli/bin/gatehouse-hook.mjs', import.meta.url));

let kit: CatalogKit;
let who: Awaited<ReturnType<CatalogKit['aUser']>>;
beforeAll(async () => {
  kit = await createCatalogKit();
});
afterAll(() => kit.close());
beforeEach(async () => {
  who = await kit.aUser();
});
afterEach(() => {
  rmSync(kit.home, { recursive: true, force: true });
  rmSync(kit.managedRoot, { recursive: true, force: true });
});

const install = (wish: Partial<HookInstallation> = {}) =>
  kit.app.get(ClientHooks).install({
    home: kit.home,
    managedRoot: kit.managedRoot,
    publicUrl: 'http://localhost:1',
    form: 'http',
    autoApprove: false,
    userId: who.user.id,
    agentId: null,
    actor: who.actor,
    node: process.execPath,
    program: PROGRAM,
    dryRun: false,
    ...wish,
  });
const settingsFile = () => join(kit.home, '.claude', 'settings.json');
const settings = () => JSON.parse(readFileSync(settingsFile(), 'utf8'));
const credentials = () => kit.app.get(HookCredentials).list(who.user.id);
const live = async () => (await credentials()).filter(({ session }) => session.revokedAt === null);
const failures = async () => {
  const { valid, checks } = await validateHooks({ home: kit.home, program: PROGRAM });
  const failed = checks.filter(({ result }) => result === 'failed').map(({ check }) => check);
  expect(valid).toBe(failed.length === 0);
  return failed;
};

describe('installing hooks', () => {
  it('writes a credential that the hook endpoints take, and says how long it is good for', async () => {
    const { changed, credentialId, expiresAt } = await install();
    const { env } = settings();
    expect(changed).toBe(true);
    expect(Date.parse(expiresAt!) - Date.now()).toBeGreaterThan(89 * 24 * 3_600_000);
    expect(await kit.app.get(CredentialResolver).resolve(env.GATEHOUSE_HOOK_TOKEN, 'hooks')).toMatchObject({
      ok: true,
      principal: {
        userId: who.user.id,
        clientId: 'claude-code',
        sessionId: credentialId,
        hook: { settingsHash: null },
      },
    });
  });

  it('changes nothing a second time', async () => {
    const first = await install();
    const before = [
      readFileSync(settingsFile(), 'utf8'),
      statSync(settingsFile()).ino,
      (await credentials()).length,
    ];
    const second = await install();
    expect(second).toMatchObject({ changed: false, credentialId: first.credentialId });
    expect([
      readFileSync(settingsFile(), 'utf8'),
      statSync(settingsFile()).ino,
      (await credentials()).length,
    ]).toEqual(before);
  });

  it('revokes the credential that it replaces, and restores hooks that were taken out', async () => {
    const first = await install();
    const second = await install({ form: 'command' });
    expect(second.credentialId).not.toBe(first.credentialId);
    expect((await live()).map(({ id }) => id)).not.toContain(first.credentialId);
    expect(settings().env).toEqual({});
    writeFileSync(settingsFile(), JSON.stringify({ ...settings(), hooks: {} }));
    const third = await install({ form: 'command' });
    expect(third).toMatchObject({ changed: true, credentialId: second.credentialId });
    expect(Object.keys(settings().hooks)).toHaveLength(32);
  });

  it('makes another for a revoked one', async () => {
    const first = await install();
    await kit.app.get(HookCredentials).revoke(first.credentialId!);
    expect(await install()).toMatchObject({
      changed: true,
      credentialId: expect.not.stringMatching(first.credentialId!),
    });
  });

  it('writes nothing in a dry run, and shows no value of the environment', async () => {
    const count = (await credentials()).length;
    const { settings: shown, changed } = await install({ dryRun: true });
    expect(changed).toBe(true);
    expect(shown?.env).toEqual({ GATEHOUSE_HOOK_TOKEN: '[new]' });
    expect(() => settings()).toThrow();
    expect((await credentials()).length).toBe(count);
  });

  it('leaves settings alone that it cannot read, and issues nothing', async () => {
    await install();
    writeFileSync(settingsFile(), '{ broken');
    const count = (await credentials()).length;
    await expect(install()).rejects.toMatchObject({ code: 'CATALOG_SETTINGS_INVALID' });
    expect(readFileSync(settingsFile(), 'utf8')).toBe('{ broken');
    expect((await credentials()).length).toBe(count);
  });
});

describe('managed hooks', () => {
  const manage = () =>
    installManagedHooks({
      root: kit.managedRoot,
      node: process.execPath,
      program: PROGRAM,
      dryRun: false,
      agree: () => Promise.reject(new Error('nobody is asked about a folder')),
    });

  it('are the only ones, as commands that no user can change, without a credential', async () => {
    const { settingsFile: file, changed } = await manage();
    const written = readFileSync(file, 'utf8');
    expect(changed).toBe(true);
    expect((await manage()).changed).toBe(false);
    expect(JSON.parse(written)).toMatchObject({ allowManagedHooksOnly: true });
    expect(written).not.toMatch(/ghk_|"matcher"|"type": "http"/);
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  it('are what a user’s credential is then bound to', async () => {
    const { settingsFile: file } = await manage();
    const result = await install({ form: 'command' });
    expect(result).toMatchObject({ managed: true, settingsFile: file });
    expect(listHooks(kit.home, kit.managedRoot)).toMatchObject([
      { scope: 'user', form: 'command', events: 32 },
      { scope: 'managed', form: 'command', events: 32, ageDays: 0, credentialId: result.credentialId },
    ]);
  });

  it.skipIf(process.geteuid?.() === 0)('of the machine itself take root', async () => {
    const agree = () => Promise.reject(new Error('nobody is asked who could not write'));
    await expect(
      installManagedHooks({ root: null, node: 'n', program: PROGRAM, dryRun: false, agree }),
    ).rejects.toMatchObject({ code: 'CATALOG_MANAGED_ROOT' });
  });
});

describe('validating hooks', () => {
  const installed = () => join(kit.home, '.config', 'gatehouse', 'hooks', 'claude-code.json');

  it('finds nothing wrong but that no server answers', async () => {
    await install();
    expect(await failures()).toEqual(['server']);
  });

  it('says that nothing is installed', async () => {
    expect(await failures()).toEqual(['installed']);
    expect(listHooks(kit.home, kit.managedRoot)).toEqual([]);
  });

  it.each<[string, () => void, string[]]>([
    ['settings that are gone', () => rmSync(settingsFile()), ['settings file', 'hooks']],
    ['settings that others read', () => writeMode(settingsFile(), 0o644), ['settings file']],
    ['a credential that others read', () => writeMode(installed(), 0o640), ['credential file']],
    ['a hook that is gone', () => change((all) => void delete all.hooks.PreToolUse), ['hooks']],
    ['hooks that are off', () => change((all) => Object.assign(all, { disableAllHooks: true })), ['hooks']],
    [
      'another token',
      () => change((all) => Object.assign(all.env, { GATEHOUSE_HOOK_TOKEN: 'ghk_' })),
      ['token'],
    ],
    ['another program', () => writeFileSync(join(installed(), '../gatehouse-hook.mjs'), ''), ['program']],
    ['another device', () => edit(installed(), (all) => Object.assign(all, { deviceId: 'x' })), ['device']],
    [
      'an expired credential',
      () => edit(installed(), (all) => Object.assign(all, { expiresAt: '2020-01-01T00:00:00Z' })),
      ['expiry'],
    ],
    ['a damaged credential', () => writeFileSync(installed(), '{}'), ['installed']],
  ])('finds %s', async (_what, spoil, expected) => {
    await install();
    spoil();
    expect((await failures()).filter((name) => name !== 'server')).toEqual(expected);
  });
});

type Editable = { hooks: Record<string, unknown>; env: Record<string, unknown>; [key: string]: unknown };

function edit(file: string, change: (all: Editable) => void): void {
  const all = JSON.parse(readFileSync(file, 'utf8')) as Editable;
  change(all);
  writeFileSync(file, JSON.stringify(all));
}

function change(by: (all: Editable) => void): void {
  edit(settingsFile(), by);
}

function writeMode(file: string, mode: number): void {
  const content = readFileSync(file);
  rmSync(file);
  writeFileSync(file, content, { mode });
}
