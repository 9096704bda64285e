import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processStart } from '../src/embedded/process-identity.ts';
import { openDatabase } from '../src/open-database.ts';
import { installationIn, makeFolder, withFolder } from '../src/testing/test-installation.ts';
import { withClient } from '../src/with-client.ts';

/** One for all that leave it as they found it. */
let folder: string;
beforeAll(async () => {
  folder = await makeFolder(0o700);
});
afterAll(() => rm(folder, { recursive: true }));

async function opened<T>(
  folder: string,
  work: (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
) {
  const configuration = { installation: installationIn(folder), profile: { databaseUrl: null } };
  const database = await openDatabase(configuration, { purpose: 'cli' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

it('lets nobody in without a password, and nobody but itself at the socket', () =>
  opened(folder, async (database) => {
    const postgres = join(folder, 'state/postgres');
    const rules = (await readFile(join(postgres, 'data/pg_hba.conf'), 'utf8'))
      .split('\n')
      .filter((line) => /^\s*[a-z]/.test(line));
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => !rule.trim().endsWith('scram-sha-256'))).toEqual([]);
    expect((await stat(join(postgres, 'socket'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(postgres, 'data'))).mode & 0o777).toBe(0o700);
    for (const role of ['owner', 'server', 'reader', 'masked', 'retention'] as const) {
      const config = { ...database.clientConfig(role), password: 'guess' };
      await expect(
        withClient(config, async () => {}),
        role,
      ).rejects.toThrow(/password authentication failed/);
    }
  }));

it('listens on no network, keeps no password in clear, and gives PostgreSQL nothing of our environment', () =>
  opened(folder, async (database) => {
    await withClient(database.clientConfig('owner'), async (owner) => {
      const { rows } = await owner.query(
        `select current_setting('listen_addresses') as addresses,
             (select count(*)::int from pg_authid where rolpassword is not null and rolpassword !~ '^SCRAM-SHA-256') as clear,
             (select array_agg(rolname::text) from pg_roles where rolsuper) as superusers`,
      );
      expect(rows).toEqual([{ addresses: '', clear: 0, superusers: ['gatehouse_owner'] }]);
    });
    const environment = await readFile(`/proc/${database.pid}/environ`, 'utf8');
    const names = environment.split('\0').map((line) => line.split('=')[0]);
    const allowed = ['PATH', 'LC_ALL', 'TZ', 'PGSYSCONFDIR', 'PGLOCALEDIR', 'PG_GRANDPARENT_PID', ''];
    expect(names.filter((name) => !allowed.includes(name ?? ''))).toEqual([]);
    const command = await readFile(`/proc/${database.pid}/cmdline`, 'utf8');
    expect(command).not.toContain(database.clientConfig('owner').password);
  }));

it('writes no value of a failing statement to its log', () =>
  opened(folder, async (database) => {
    await withClient(database.clientConfig('server'), async (server) => {
      await expect(server.query(`select 'canary-literal'::int`)).rejects.toThrow();
      await expect(server.query('select $1::uuid', ['canary-parameter'])).rejects.toThrow();
    });
    expect(await readFile(join(folder, 'state/postgres/postgres.log'), 'utf8')).not.toContain('canary');
  }));

it('opens a checkout that was moved, though its keys are new then', () =>
  withFolder(async (folder) => {
    await opened(folder, (database) =>
      withClient(database.clientConfig('owner'), (owner) =>
        owner.query('create table kept as select 7 as n'),
      ),
    );
    await rename(join(folder, 'keys'), join(folder, 'lost'));
    await opened(folder, async (database) => {
      const { rows } = await withClient(database.clientConfig('owner'), (owner) => owner.query('table kept'));
      expect(rows).toEqual([{ n: 7 }]);
      await withClient(database.clientConfig('reader'), async () => {});
    });
  }));

it('starts over where a first start was cut short', () =>
  withFolder(async (folder) => {
    await mkdir(join(folder, 'state/postgres/making/data'), { recursive: true });
    await writeFile(join(folder, 'state/postgres/making/data/PG_VERSION'), '18\n');
    await opened(folder, async (database) => expect(database.pid).toBeGreaterThan(1));
    expect(await readdir(join(folder, 'state/postgres'))).not.toContain('making');
  }));

it.each(['another program', 'nobody'])(
  'starts where the pid in postmaster.pid belongs to %s by now',
  (whose) =>
    withFolder(async (folder) => {
      await opened(folder, async () => {});
      // PostgreSQL takes for its like only what it may signal: the folder is closed, so that it runs as we do.
      const other = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
      const pid = whose === 'nobody' ? 4_194_303 : other.pid;
      const data = join(folder, 'state/postgres/data');
      await writeFile(
        join(data, 'postmaster.pid'),
        `${pid}\n${data}\n1700000000\n5432\n/nowhere\n\n\nready   \n`,
      );
      try {
        await opened(folder, async (database) => expect(database.pid).not.toBe(pid));
      } finally {
        other.kill();
      }
      // Closed, so that PostgreSQL runs under our own user id: only what it may signal does it take for its like.
    }, 0o700),
);

it('finds a shorter way to the socket where its path is too long, and keeps it 0700', () =>
  withFolder(async (folder) => {
    const deep = join(folder, 'd'.repeat(60), 'ä'.repeat(30));
    await mkdir(deep, { recursive: true });
    const hosts: (string | undefined)[] = [];
    for (let round = 0; round < 2; round += 1) {
      await opened(deep, async (database) => {
        const { host } = database.clientConfig('server');
        hosts.push(host);
        expect((await stat(host ?? '')).mode & 0o777).toBe(0o700);
        await withClient(database.clientConfig('server'), async () => {});
      });
    }
    expect(hosts[0]).toMatch(/^\/tmp\/gatehouse-/);
    expect(hosts[1]).toBe(hosts[0]);
    await rm(hosts[0] ?? '', { recursive: true });
  }));

it('starts anew where its socket was swept away under it', () =>
  opened(folder, async (first) => {
    const before = first.pid ?? 0;
    await rm(join(folder, 'state/postgres/socket/.s.PGSQL.5432'));
    await opened(folder, async (second) => {
      expect(second.pid).not.toBe(before);
      expect(processStart(before)).toBeNull();
      const client = new pg.Client(second.clientConfig('server'));
      await client.connect();
      await client.end();
    });
  }));
