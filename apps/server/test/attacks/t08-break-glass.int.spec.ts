import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { ChangeFeed } from '@gatehouse/database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aServer } from '../support/a-server.ts';
import { bodyOf, canaryOf } from '../support/canary.ts';
import { everyTable } from '../support/every-table.ts';
import { aPolicyInstallation, type PolicyInstallation, production } from '../support/policy-installation.ts';

let installed: PolicyInstallation;
beforeEach(async () => {
  installed = await aPolicyInstallation(production);
});
afterEach(() => installed.end());

describe('break-glass', () => {
  const reason = 'the ticket system is being drained by an agent';

  it('is in force at once, by one of two administrators, and on record with its reason', async () => {
    const { api, denyRead, mayRead, policyRows, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    await tokenOf('second@example.test');
    const version = await denyRead(admin);
    const { status, body } = await api(admin, '/break-glass', { version, reason });
    expect([status, body.outcome]).toEqual([200, 'break_glass']);
    expect(await mayRead(user)).toBe(false);
    const { in_force } = (await api(admin, '')).body;
    expect(in_force).toMatchObject({ version, kind: 'break_glass' });
    const minutes = (Date.parse(in_force.reverts_at!) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(58);
    expect(minutes).toBeLessThanOrEqual(60.1);
    expect((await policyRows()).find(({ outcome }) => outcome === 'break_glass')?.text).toContain(reason);
  });

  it('is not broken for a reason that holds a credential, which is kept nowhere', async () => {
    const { api, denyRead, mayRead, server, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const version = await denyRead(admin);
    const held = canaryOf('reason of a break-glass');
    const refused = await api(admin, '/break-glass', { version, reason: `${reason}: ${held}` });
    expect([refused.status, refused.body.code]).toEqual([400, 'GOVERNANCE_REASON_INVALID']);
    expect(await mayRead(user)).toBe(true);
    for (const [table, text] of await everyTable(server.sql)) {
      expect([table, text.includes(bodyOf(held))]).toEqual([table, false]);
    }
  });

  /** As if the hour were over: the line says another end. */
  async function endTheHour(): Promise<void> {
    await installed.server.sql.query(
      "update policy_applications set reverts_at = now() - interval '1 second' where kind = 'break_glass'",
    );
  }

  it('is over after its time, with a row, and the change waits again', async () => {
    const { api, denyRead, mayRead, policyRows, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const before = (await api(admin, '')).body.version;
    const version = await denyRead(admin);
    await api(admin, '/break-glass', { version, reason });
    await endTheHour();
    await expect.poll(() => mayRead(user)).toBe(true);
    expect((await api(admin, '')).body).toMatchObject({
      version: before,
      pending: { version },
      in_step: true,
    });
    const outcomes = (await policyRows()).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'reverted')).toHaveLength(1);
  });

  it('is over also for a server that was down when its time came', async () => {
    const { anotherServer, api, checkout, denyRead, mayRead, policyRows, server, tokenOf } = installed;
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    // The first server is deaf from here on: nobody is there to end the hour.
    await server.app.get(ChangeFeed).stop();
    const other = await aServer({ tools: false, root: checkout.root, beside: server, configure: production });
    const { stateDir } = other.configuration.installation;
    const version = await denyRead(admin, other);
    await api(admin, '/break-glass', { version, reason }, other);
    expect(await mayRead(user, other)).toBe(false);
    const kept = join(server.configuration.installation.stateDir, 'kept');
    await cp(join(stateDir, 'policies'), join(kept, 'policies'), { recursive: true });
    await other.end();
    await endTheHour();
    const restarted = await anotherServer({
      configure: (configuration) => ({
        ...production(configuration),
        installation: {
          ...configuration.installation,
          stateDir: kept,
          keyDir: server.configuration.installation.keyDir,
        },
      }),
    });
    expect(await mayRead(user, restarted)).toBe(true);
    await expect
      .poll(async () => (await policyRows()).filter(({ outcome }) => outcome === 'reverted').length)
      .toBe(1);
  });

  it('holds on when it was applied properly', async () => {
    const { api, denyRead, mayRead, server, tokenOf } = installed;
    const [one, two] = [await tokenOf('admin@localhost'), await tokenOf('second@example.test')];
    const user = await tokenOf('u@example.test', 'user');
    const version = await denyRead(one);
    await api(one, '/break-glass', { version, reason });
    expect((await api(one, '/apply', { version })).body.outcome).toBe('approved');
    expect((await api(two, '/apply', { version })).body.outcome).toBe('applied');
    const feed = server.app.get(ChangeFeed);
    await feed.stop();
    await endTheHour();
    await feed.start();
    // A stopped feed is silent until the ledger was looked at once, and acted upon: by then the end was noticed.
    await expect.poll(() => feed.silent).toBe(false);
    expect(await mayRead(user)).toBe(false);
    expect((await api(one, '')).body.in_force).toMatchObject({ version, kind: 'applied' });
  });
});
