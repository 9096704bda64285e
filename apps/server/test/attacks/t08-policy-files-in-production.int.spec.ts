import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '@gatehouse/config';
import { Users } from '@gatehouse/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aPolicyInstallation, type PolicyInstallation, production } from '../support/policy-installation.ts';

let installed: PolicyInstallation;
beforeEach(async () => {
  installed = await aPolicyInstallation(production);
});
afterEach(() => installed.end());

describe('a change of the policy files in production', () => {
  it('waits, is shown with its diff, and is a row', async () => {
    const { api, denyRead, mayRead, policyRows, readyz, server, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const hash = await denyRead(admin);
    const { body } = await api(admin, '');
    expect(body.pending).toMatchObject({ version: hash, approvals: [] });
    expect(body.pending!.diff).toContain('+    deny: [Read]');
    expect(body.version).not.toBe(hash);
    expect(await mayRead(user)).toBe(true);
    expect(await readyz(server)).toBe(200);
    expect((await policyRows()).map(({ outcome, version }) => [outcome, version])).toEqual([
      ['first', body.version],
      ['pending', hash],
    ]);
  });

  it('waits no more when it was taken back', async () => {
    const { api, checkout, denyRead, tokenOf } = installed;
    const admin = await tokenOf('admin@localhost');
    const before = await checkout.readPolicy('roles.yaml');
    await denyRead(admin);
    await checkout.writePolicy('roles.yaml', before);
    await expect.poll(async () => (await api(admin, '')).body.pending).toBeNull();
    await expect.poll(async () => (await api(admin, '')).body.elsewhere).toEqual([]);
  });

  it('is in force when the only administrator applied it, with who in the row', async () => {
    const { api, denyRead, mayRead, policyRows, server, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const hash = await denyRead(admin);
    const { status, body } = await api(admin, '/apply', { version: hash });
    expect([status, body.outcome]).toEqual([200, 'applied']);
    expect(await mayRead(user)).toBe(false);
    expect((await api(admin, '')).body).toMatchObject({ version: hash, pending: null, in_step: true });
    const { id } = await server.app.get(Users).get('admin@localhost');
    const rows = await policyRows();
    expect(rows.map(({ outcome }) => outcome)).toEqual(['first', 'pending', 'released', 'applied']);
    expect(rows[2]).toMatchObject({ user_id: id, version: hash });
  });

  it('needs two administrators where there are two', async () => {
    const { api, denyRead, mayRead, tokenOf } = installed;
    const [one, two] = [await tokenOf('admin@localhost'), await tokenOf('second@example.test')];
    const user = await tokenOf('u@example.test', 'user');
    const hash = await denyRead(one);
    expect((await api(one, '/apply', { version: hash })).body.outcome).toBe('approved');
    expect((await api(one, '/apply', { version: hash })).body.outcome).toBe('approved');
    expect(await mayRead(user)).toBe(true);
    expect((await api(one, '')).body.pending!.approvals).toHaveLength(1);
    expect((await api(two, '/apply', { version: hash })).body.outcome).toBe('applied');
    expect(await mayRead(user)).toBe(false);
  });

  it('does not count one who is no administrator any more', async () => {
    const { api, denyRead, server, tokenOf } = installed;
    const [one, two] = [await tokenOf('admin@localhost'), await tokenOf('second@example.test')];
    await tokenOf('third@example.test');
    const hash = await denyRead(one);
    await api(two, '/apply', { version: hash });
    await server.app.get(Users).setRole('second@example.test', 'user');
    expect((await api(one, '/apply', { version: hash })).body.outcome).toBe('approved');
  });

  it('cannot be applied under a hash that does not wait: another, an old one, the one in force', async () => {
    const { api, checkout, denyRead, tokenOf } = installed;
    const admin = await tokenOf('admin@localhost');
    const before = (await api(admin, '')).body.version;
    const first = await denyRead(admin);
    const roles = await checkout.readPolicy('roles.yaml');
    await checkout.writePolicy('roles.yaml', `${roles}# once more\n`);
    await expect.poll(async () => (await api(admin, '')).body.pending?.version).not.toBe(first);
    for (const version of [`sha256:${'a'.repeat(64)}`, first, before]) {
      const { status, body } = await api(admin, '/apply', { version });
      expect([status, body.code]).toEqual([404, 'GOVERNANCE_CHANGE_NOT_FOUND']);
    }
  });

  it('stays where it is over a restart, and with the archive gone nothing is allowed until it is applied', async () => {
    const { anotherServer, api, denyRead, mayRead, readyz, server, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const before = (await api(admin, '')).body.version;
    const hash = await denyRead(admin);
    const { installation } = server.configuration;
    const sameState = (configuration: Configuration): Configuration => ({
      ...production(configuration),
      installation: {
        ...configuration.installation,
        stateDir: installation.stateDir,
        keyDir: installation.keyDir,
      },
    });
    const restarted = await anotherServer({ configure: sameState });
    await restarted.discovered;
    expect((await api(admin, '', undefined, restarted)).body).toMatchObject({
      version: before,
      in_step: true,
    });
    expect(await mayRead(user, restarted)).toBe(true);

    await rm(join(installation.stateDir, 'policies'), { recursive: true });
    const without = await anotherServer({ configure: sameState });
    await without.discovered;
    expect(await mayRead(user, without)).toBe(false);
    await expect.poll(() => readyz(without)).toBe(503);
    expect((await api(admin, '/apply', { version: hash }, without)).status).toBe(200);
    await expect.poll(() => readyz(without)).toBe(200);
  });
});
