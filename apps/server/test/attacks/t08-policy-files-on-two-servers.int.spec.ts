import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { aCheckout } from '../support/a-checkout.ts';
import { aPolicyInstallation, type PolicyInstallation, production } from '../support/policy-installation.ts';

let installed: PolicyInstallation;
beforeEach(async () => {
  installed = await aPolicyInstallation(production);
});
afterEach(() => installed.end());

describe('two servers in production', () => {
  it('both hold a change within a second of its being applied at one', async () => {
    const { anotherServer, api, denyRead, mayRead, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const other = await anotherServer();
    await other.discovered;
    const hash = await denyRead(admin, other);
    await denyReadSeen(admin, hash);
    await api(admin, '/apply', { version: hash });
    const startedAt = performance.now();
    await expect.poll(() => mayRead(user, other), { interval: 10, timeout: 3000 }).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  async function denyReadSeen(admin: string, hash: string): Promise<void> {
    const { api } = installed;
    await expect.poll(async () => (await api(admin, '')).body.pending?.version).toBe(hash);
  }

  it('both hold it also where the notification never comes', async () => {
    const { anotherServer, api, denyRead, mayRead, server, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const other = await anotherServer();
    await other.discovered;
    const hash = await denyRead(admin, other);
    await denyReadSeen(admin, hash);
    await server.sql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'gatehouse change feed'`,
    );
    await api(admin, '/apply', { version: hash });
    const startedAt = performance.now();
    await expect.poll(() => mayRead(user, other), { interval: 10, timeout: 3000 }).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('are not ready where their files are not what is in force, until they are', async () => {
    const { anotherServer, api, checkout, denyRead, readyz, server, tokenOf } = installed;
    const admin = await tokenOf('admin@localhost');
    const elsewhere = await aCheckout();
    onTestFinished(() => elsewhere.remove());
    const other = await anotherServer({ root: elsewhere.root });
    await other.discovered;
    expect(await readyz(other)).toBe(200);
    const hash = await denyRead(admin);
    await api(admin, '/apply', { version: hash });
    await expect.poll(() => readyz(other)).toBe(503);
    expect(await readyz(server)).toBe(200);
    await elsewhere.writePolicy('roles.yaml', await checkout.readPolicy('roles.yaml'));
    await expect.poll(() => readyz(other)).toBe(200);
  });
});
