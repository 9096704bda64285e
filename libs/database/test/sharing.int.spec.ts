import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readOrCreateKey } from '@gatehouse/config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installedBinaries } from '../src/embedded/binaries.ts';
import { EmbeddedCluster } from '../src/embedded/embedded-cluster.ts';
import { withFileLock } from '../src/embedded/file-lock.ts';
import { EMBEDDED_ROLES } from '../src/embedded/open-embedded.ts';
import { processStart } from '../src/embedded/process-identity.ts';
import { openDatabase } from '../src/open-database.ts';
import { rolePassword } from '../src/roles/role-password.ts';
import { embeddedState } from '../src/status/embedded-state.ts';
import { installationIn, makeFolder, ROOT, withFolder } from '../src/testing/test-installation.ts';
import { withClient } from '../src/with-client.ts';
import { buildHolder, removeHolder, startHolder } from './holder.ts';

/** For the tests that leave it stopped, as they found it. */
let folder: string;
beforeAll(async () => {
  await buildHolder();
  folder = await makeFolder();
});
afterAll(async () => {
  await removeHolder();
  await rm(folder, { recursive: true });
});

const embedded = (folder: string) => ({
  installation: installationIn(folder),
  profile: { databaseUrl: null },
});

it('a command leaves PostgreSQL to the server that still uses it, and the server to the command', async () => {
  const server = await startHolder(installationIn(folder), { purpose: 'server' });
  const first = await startHolder(installationIn(folder));
  expect(first.pid).toBe(server.pid);
  expect(await first.leave()).toBe(0);
  expect(await embeddedState(installationIn(folder).stateDir)).toEqual({
    state: 'running',
    pid: server.pid,
  });
  expect(processStart(server.pid)).not.toBeNull();
  const second = await startHolder(installationIn(folder));
  expect(await server.leave()).toBe(0);
  expect(processStart(server.pid)).not.toBeNull();
  expect(await second.leave()).toBe(0);
  expect(processStart(server.pid)).toBeNull();
  expect(await embeddedState(installationIn(folder).stateDir)).toEqual({ state: 'stopped', pid: null });
});

it('adopts the PostgreSQL of a killed process, with all that it acknowledged', async () => {
  const killed = await startHolder(installationIn(folder), { purpose: 'server' });
  const writer = await openDatabase(embedded(folder), { purpose: 'cli' });
  await withClient(writer.clientConfig('owner'), (owner) =>
    owner.query('create table kept as select 42 as n'),
  );
  await writer.close();
  await killed.kill();
  expect(processStart(killed.pid)).not.toBeNull();
  const database = await openDatabase(embedded(folder), { purpose: 'server' });
  try {
    expect(database.pid).toBe(killed.pid);
    const { rows } = await withClient(database.clientConfig('owner'), (owner) => owner.query('table kept'));
    expect(rows).toEqual([{ n: 42 }]);
  } finally {
    await database.close();
  }
  expect(processStart(killed.pid)).toBeNull();
});

it('replaces an orphan that ran with other settings, once nobody else uses it', async () => {
  await openDatabase(embedded(folder), { purpose: 'cli' }).then((database) => database.close());
  const key = readOrCreateKey(installationIn(folder), 'database', 32);
  const name = EMBEDDED_ROLES.owner;
  const cluster = await EmbeddedCluster.attach({
    folder: join(folder, 'state/postgres'),
    root: ROOT,
    binaries: installedBinaries(),
    owner: { name, password: rolePassword(key, name) },
    durable: true,
    maxConnections: 17,
  });
  const shared = await openDatabase(embedded(folder), { purpose: 'cli' });
  expect(shared.pid).toBe(cluster.postmaster.pid);
  await rm(join(folder, 'state/postgres/holders'), { recursive: true });
  const database = await openDatabase(embedded(folder), { purpose: 'cli' });
  try {
    expect(database.pid).not.toBe(cluster.postmaster.pid);
    const { rows } = await withClient(database.clientConfig('server'), (server) =>
      server.query('show max_connections'),
    );
    expect(rows).toEqual([{ max_connections: '100' }]);
  } finally {
    await database.close();
  }
});

it('does not count a killed process as a user', async () => {
  const [killed, command] = [
    await startHolder(installationIn(folder), { purpose: 'server' }),
    await startHolder(installationIn(folder)),
  ];
  await killed.kill();
  expect(await command.leave()).toBe(0);
  expect(processStart(command.pid)).toBeNull();
});

it('starts one PostgreSQL for six processes that come at once', () =>
  withFolder(async (folder) => {
    const holders = await Promise.all(Array.from({ length: 6 }, () => startHolder(installationIn(folder))));
    expect(new Set(holders.map(({ pid }) => pid)).size).toBe(1);
    expect(await Promise.all(holders.map((holder) => holder.leave()))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(processStart(holders[0]?.pid ?? 0)).toBeNull();
  }));

it('joins and leaves a PostgreSQL that others use without waiting for its lock', async () => {
  const server = await startHolder(installationIn(folder), { purpose: 'server' });
  await withFileLock(join(folder, 'state/postgres/lock'), async () => {
    const database = await openDatabase(embedded(folder), { purpose: 'cli' });
    expect(database.pid).toBe(server.pid);
    await database.close();
  });
  expect(await server.leave()).toBe(0);
  expect(processStart(server.pid)).toBeNull();
});

it('never hands out a PostgreSQL that is being stopped, however many come and go', async () => {
  const visit = async (times: number) => {
    for (let i = 0; i < times; i += 1) {
      const database = await openDatabase(embedded(folder), { purpose: 'cli' });
      const { rows } = await withClient(database.clientConfig('server'), (server) =>
        server.query('select 1 as n'),
      );
      expect(rows).toEqual([{ n: 1 }]);
      await database.close();
    }
  };
  await Promise.all([visit(12), visit(12), visit(12)]);
  expect(await embeddedState(installationIn(folder).stateDir)).toEqual({ state: 'stopped', pid: null });
});

it('runs two installations side by side, each with its own PostgreSQL', () =>
  withFolder((one) =>
    withFolder(async (two) => {
      const databases = await Promise.all(
        [one, two].map((folder) => openDatabase(embedded(folder), { purpose: 'cli' })),
      );
      const [first, second] = databases;
      expect(first?.pid).not.toBe(second?.pid);
      if (first !== undefined && second !== undefined) {
        await withClient(first.clientConfig('owner'), (owner) =>
          owner.query('create table only_here (a int)'),
        );
        const rows = await withClient(second.clientConfig('owner'), (owner) =>
          owner.query(`select to_regclass('only_here') as found`),
        );
        expect(rows.rows).toEqual([{ found: null }]);
        await expect(
          withClient(
            { ...second.clientConfig('owner'), host: first.clientConfig('owner').host },
            async () => {},
          ),
        ).rejects.toThrow(/password authentication failed/);
      }
      await Promise.all(databases.map((database) => database.close()));
    }),
  ));

it('runs in a session of its own, so that no Ctrl-C at the terminal of a command reaches it', async () => {
  const holder = await startHolder(installationIn(folder), { detached: true });
  const stat = await readFile(`/proc/${holder.pid}/stat`, 'utf8');
  const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  expect([group, session]).toEqual([String(holder.pid), String(holder.pid)]);
  await holder.leave();
});
