import { ChangeFeed } from '@gatehouse/database';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { aCheckout } from '../support/a-checkout.ts';
import { aPolicyInstallation, evaluation, type PolicyInstallation } from '../support/policy-installation.ts';

let installed: PolicyInstallation;
beforeEach(async () => {
  installed = await aPolicyInstallation(evaluation);
});
afterEach(() => installed.end());

describe('a change of the policy files in evaluation', () => {
  it('is in force at once, and there is nothing to apply', async () => {
    const { api, checkout, mayRead, readyz, server, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const roles = await checkout.readPolicy('roles.yaml');
    await checkout.writePolicy(
      'roles.yaml',
      roles.replace('  user:\n    allow: ["*"]', '  user:\n    deny: [Read]\n    allow: ["*"]'),
    );
    await expect.poll(() => mayRead(user)).toBe(false);
    const { version } = (await api(admin, '')).body;
    await expect
      .poll(async () => (await api(admin, '')).body.in_force)
      .toMatchObject({ version, kind: 'files' });
    expect(await readyz(server)).toBe(200);
    const { status, body } = await api(admin, '/apply', { version });
    expect([status, body.code]).toEqual([409, 'GOVERNANCE_MODE_CONFLICT']);
  });

  it('makes another server not ready until its own files are the same', async () => {
    const { anotherServer, checkout, readyz, server } = installed;
    const elsewhere = await aCheckout();
    onTestFinished(() => elsewhere.remove());
    const other = await anotherServer({ root: elsewhere.root });
    await other.discovered;
    const roles = await checkout.readPolicy('roles.yaml');
    await checkout.writePolicy('roles.yaml', `${roles}# changed\n`);
    await expect.poll(() => readyz(other)).toBe(503);
    expect(await readyz(server)).toBe(200);
    await elsewhere.writePolicy('roles.yaml', `${roles}# changed\n`);
    await expect.poll(() => readyz(other)).toBe(200);
  });

  it('is in force after a start too, where it was made while no server ran', async () => {
    const { anotherServer, checkout, policyRows, readyz, server } = installed;
    const { stateDir, keyDir } = server.configuration.installation;
    await server.app.get(ChangeFeed).stop();
    await checkout.writePolicy(
      'roles.yaml',
      `${await checkout.readPolicy('roles.yaml')}# while it was down\n`,
    );
    const restarted = await anotherServer({
      configure: (configuration) => ({
        ...configuration,
        installation: { ...configuration.installation, stateDir, keyDir },
      }),
    });
    await restarted.discovered;
    expect(await readyz(restarted)).toBe(200);
    expect((await policyRows()).some(({ outcome }) => outcome === 'applied')).toBe(true);
  });
});
