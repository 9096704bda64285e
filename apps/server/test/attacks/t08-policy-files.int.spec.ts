import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '@gatehouse/config';
import { ChangeFeed } from '@gatehouse/database';
import { Users } from '@gatehouse/identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aCheckout, type TestCheckout } from '../support/a-checkout.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { denyReadAt, policyAt, production, tokenAt } from '../support/policy-installation.ts';

let checkout: TestCheckout;
let server: TestServer;
const ended: (() => Promise<void>)[] = [];

beforeEach(async () => {
  checkout = await aCheckout();
  server = await aServer({ tools: false, root: checkout.root, configure: production });
  await server.discovered;
});
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
  await server.end();
  await checkout.remove();
});

const tokenOf = (email: string, role?: string) => tokenAt(server, email, role);

const api = (token: string, path: string, body?: object, at: TestServer = server) =>
  policyAt(at, token, path, body);

const denyRead = (admin: string, at: TestServer = server) => denyReadAt(at, checkout, admin);

async function mayRead(token: string, at: TestServer = server): Promise<boolean> {
  const { body } = await postHook(at, token, preToolUse('Read', { file_path: 'a.txt' }));
  return body.hookSpecificOutput?.permissionDecision === 'allow';
}

async function policyRows() {
  const { rows } = await server.sql.query<{
    user_id: string;
    outcome: string;
    version: string;
    text: string;
  }>(
    `select user_id, evaluation->'detail'->>'outcome' as outcome, evaluation->'detail'->>'version' as version,
            evaluation::text as text
       from audit_log where event = 'policy.changed' order by id`,
  );
  return rows;
}

async function anotherServer(root: string = checkout.root): Promise<TestServer> {
  const other = await aServer({ tools: false, root, beside: server, configure: production });
  ended.push(() => other.end());
  await other.discovered;
  return other;
}

const readyz = async (at: TestServer) => (await fetch(`http://127.0.0.1:${at.port}/readyz`)).status;

describe('a change of the policy files in production', () => {
  it('waits, is shown with its diff, and is a row', async () => {
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
    const admin = await tokenOf('admin@localhost');
    const before = await checkout.readPolicy('roles.yaml');
    await denyRead(admin);
    await checkout.writePolicy('roles.yaml', before);
    await expect.poll(async () => (await api(admin, '')).body.pending).toBeNull();
    await expect.poll(async () => (await api(admin, '')).body.elsewhere).toEqual([]);
  });

  it('is in force when the only administrator applied it, with who in the row', async () => {
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
    const [one, two] = [await tokenOf('admin@localhost'), await tokenOf('second@example.test')];
    await tokenOf('third@example.test');
    const hash = await denyRead(one);
    await api(two, '/apply', { version: hash });
    await server.app.get(Users).setRole('second@example.test', 'user');
    expect((await api(one, '/apply', { version: hash })).body.outcome).toBe('approved');
  });

  it('cannot be applied under a hash that does not wait: another, an old one, the one in force', async () => {
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
    const restarted = await aServer({
      tools: false,
      root: checkout.root,
      beside: server,
      configure: sameState,
    });
    ended.push(() => restarted.end());
    await restarted.discovered;
    expect((await api(admin, '', undefined, restarted)).body).toMatchObject({
      version: before,
      in_step: true,
    });
    expect(await mayRead(user, restarted)).toBe(true);

    await rm(join(installation.stateDir, 'policies'), { recursive: true });
    const without = await aServer({
      tools: false,
      root: checkout.root,
      beside: server,
      configure: sameState,
    });
    ended.push(() => without.end());
    await without.discovered;
    expect(await mayRead(user, without)).toBe(false);
    await expect.poll(() => readyz(without)).toBe(503);
    expect((await api(admin, '/apply', { version: hash }, without)).status).toBe(200);
    await expect.poll(() => readyz(without)).toBe(200);
  });
});

describe('break-glass', () => {
  const reason = 'the ticket system is being drained by an agent';

  it('is in force at once, by one of two administrators, and on record with its reason', async () => {
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

  /** As if the hour were over: the line says another end. */
  async function endTheHour(): Promise<void> {
    await server.sql.query(
      "update policy_applications set reverts_at = now() - interval '1 second' where kind = 'break_glass'",
    );
  }

  it('is over after its time, with a row, and the change waits again', async () => {
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
    const restarted = await aServer({
      tools: false,
      root: checkout.root,
      beside: server,
      configure: (configuration) => ({
        ...production(configuration),
        installation: {
          ...configuration.installation,
          stateDir: kept,
          keyDir: server.configuration.installation.keyDir,
        },
      }),
    });
    ended.push(() => restarted.end());
    expect(await mayRead(user, restarted)).toBe(true);
    await expect
      .poll(async () => (await policyRows()).filter(({ outcome }) => outcome === 'reverted').length)
      .toBe(1);
  });

  it('holds on when it was applied properly', async () => {
    const [one, two] = [await tokenOf('admin@localhost'), await tokenOf('second@example.test')];
    const user = await tokenOf('u@example.test', 'user');
    const version = await denyRead(one);
    await api(one, '/break-glass', { version, reason });
    expect((await api(one, '/apply', { version })).body.outcome).toBe('approved');
    expect((await api(two, '/apply', { version })).body.outcome).toBe('applied');
    await endTheHour();
    await expect.poll(() => mayRead(user), { timeout: 1500, interval: 100 }).toBe(false);
    expect((await api(one, '')).body.in_force).toMatchObject({ version, kind: 'applied' });
  });
});

describe('two servers in production', () => {
  it('both hold a change within a second of its being applied at one', async () => {
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const other = await anotherServer();
    const hash = await denyRead(admin, other);
    await denyReadSeen(admin, hash);
    await api(admin, '/apply', { version: hash });
    const startedAt = performance.now();
    await expect.poll(() => mayRead(user, other), { interval: 10, timeout: 3000 }).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  async function denyReadSeen(admin: string, hash: string): Promise<void> {
    await expect.poll(async () => (await api(admin, '')).body.pending?.version).toBe(hash);
  }

  it('both hold it also where the notification never comes', async () => {
    const [admin, user] = [await tokenOf('admin@localhost'), await tokenOf('u@example.test', 'user')];
    const other = await anotherServer();
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
    const admin = await tokenOf('admin@localhost');
    const elsewhere = await aCheckout();
    ended.push(() => elsewhere.remove());
    const other = await anotherServer(elsewhere.root);
    expect(await readyz(other)).toBe(200);
    const hash = await denyRead(admin);
    await api(admin, '/apply', { version: hash });
    await expect.poll(() => readyz(other)).toBe(503);
    expect(await readyz(server)).toBe(200);
    await elsewhere.writePolicy('roles.yaml', await checkout.readPolicy('roles.yaml'));
    await expect.poll(() => readyz(other)).toBe(200);
  });
});

describe('a change of the policy files in evaluation', () => {
  const evaluation = (configuration: Configuration): Configuration => configuration;

  beforeEach(async () => {
    await server.end();
    server = await aServer({ tools: false, root: checkout.root, configure: evaluation });
    await server.discovered;
  });

  it('is in force at once, and there is nothing to apply', async () => {
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
    const elsewhere = await aCheckout();
    ended.push(() => elsewhere.remove());
    const other = await aServer({
      tools: false,
      root: elsewhere.root,
      beside: server,
      configure: evaluation,
    });
    ended.push(() => other.end());
    await other.discovered;
    const roles = await checkout.readPolicy('roles.yaml');
    await checkout.writePolicy('roles.yaml', `${roles}# changed\n`);
    await expect.poll(() => readyz(other)).toBe(503);
    expect(await readyz(server)).toBe(200);
    await elsewhere.writePolicy('roles.yaml', `${roles}# changed\n`);
    await expect.poll(() => readyz(other)).toBe(200);
  });

  it('is in force after a start too, where it was made while no server ran', async () => {
    const { stateDir, keyDir } = server.configuration.installation;
    await server.app.get(ChangeFeed).stop();
    await checkout.writePolicy(
      'roles.yaml',
      `${await checkout.readPolicy('roles.yaml')}# while it was down\n`,
    );
    const restarted = await aServer({
      tools: false,
      root: checkout.root,
      beside: server,
      configure: (configuration) => ({
        ...configuration,
        installation: { ...configuration.installation, stateDir, keyDir },
      }),
    });
    ended.push(() => restarted.end());
    await restarted.discovered;
    expect(await readyz(restarted)).toBe(200);
    expect((await policyRows()).some(({ outcome }) => outcome === 'applied')).toBe(true);
  });
});
