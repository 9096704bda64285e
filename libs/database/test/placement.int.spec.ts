import { spawnSync } from 'node:child_process';
import { chmod, chown, cp, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedBinaries, restoreLinks } from '../src/embedded/binaries.ts';
import { clusterHome } from '../src/embedded/placement.ts';
import { processStart } from '../src/embedded/process-identity.ts';
import { openDatabase } from '../src/open-database.ts';
import { installationIn, ROOT, withFolder } from '../src/testing/test-installation.ts';
import { withClient } from '../src/with-client.ts';
import { buildHolder, removeHolder, startHolder } from './holder.ts';

beforeAll(buildHolder);
afterAll(removeHolder);

const isRoot = process.getuid?.() === 0;
const can = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
/** What a plain account can enter and what namespaces this machine allows decide which of these can be seen here. */
const hasNamespaces = can('unshare', '--user', '--map-user=1000', '--map-group=1000', 'true');
const hasMounts = isRoot && can('unshare', '--mount', 'true');
const othersReachUs =
  isRoot && can('setpriv', '--reuid=65534', '--clear-groups', 'test', '-x', join(ROOT, 'libs'));

async function uidOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}

const configured = (folder: string) => ({
  installation: installationIn(folder),
  profile: { databaseUrl: null },
});

describe.runIf(isRoot)('as root', () => {
  it.runIf(othersReachUs)(
    'runs under an unprivileged account, in a closed state folder in a user namespace, on the same data',
    () =>
      withFolder(async (folder) => {
        for (const mode of hasNamespaces ? [0o711, 0o700, 0o711] : [0o711]) {
          await chmod(folder, mode);
          const database = await openDatabase(configured(folder), { purpose: 'cli' });
          const pid = database.pid ?? 0;
          try {
            const map = (await readFile(`/proc/${pid}/uid_map`, 'utf8')).trim().split(/\s+/);
            if (mode === 0o700) expect(map.slice(1)).toEqual(['0', '1']);
            else expect(await uidOf(pid)).not.toBe(0);
            await withClient(database.clientConfig('owner'), async (owner) => {
              await owner.query('create table if not exists kept (mode int)');
              await owner.query('insert into kept values ($1)', [mode]);
            });
          } finally {
            await database.close();
          }
          expect(processStart(pid)).toBeNull();
        }
        const database = await openDatabase(configured(folder), { purpose: 'cli' });
        const { rowCount } = await withClient(database.clientConfig('owner'), (owner) =>
          owner.query('table kept'),
        );
        await database.close();
        expect(rowCount).toBe(hasNamespaces ? 3 : 1);
      }),
  );

  it.runIf(hasMounts)('works on a copy under /var/lib/gatehouse where namespaces are refused', () =>
    withFolder(async (folder) => {
      const varLib = join(folder, 'var-lib');
      await mkdir(varLib);
      const script = `mount --bind /bin/false "$(readlink -f "$(command -v unshare)")" && mount --bind "$0" /var/lib && exec "$@"`;
      const prefix = ['unshare', '--mount', 'sh', '-c', script, varLib];
      for (const round of [1, 2]) {
        const holder = await startHolder(installationIn(folder), { prefix });
        expect(holder.host, `round ${round}`).toMatch(/^\/var\/lib\/gatehouse\/[0-9a-f]{16}\/socket$/);
        expect(await uidOf(holder.pid)).not.toBe(0);
        expect(await holder.leave()).toBe(0);
        expect(processStart(holder.pid)).toBeNull();
      }
      expect(await clusterHome(join(folder, 'state/postgres'))).toMatch(
        /^\/var\/lib\/gatehouse\/[0-9a-f]{16}$/,
      );
      const [copy = ''] = await readdir(join(varLib, 'gatehouse'));
      expect(await readdir(join(varLib, 'gatehouse', copy))).toEqual(
        expect.arrayContaining(['data', 'native']),
      );
    }, 0o700),
  );

  it.runIf(othersReachUs).each([
    ['nobody', 65534],
    ['a user id without an account', 54321],
  ])('lets %s run it as an ordinary user', (_who, uid) =>
    withFolder(async (folder) => {
      await chown(folder, uid, uid);
      const holder = await startHolder(installationIn(folder), { uid, gid: uid });
      expect(await uidOf(holder.pid)).toBe(uid);
      expect((await stat(join(folder, 'state/postgres'))).mode & 0o777).toBe(0o700);
      expect(await holder.leave()).toBe(0);
      expect(processStart(holder.pid)).toBeNull();
    }, 0o700),
  );
});

it.runIf(othersReachUs)('does not touch what another user made', () =>
  withFolder(async (folder) => {
    await mkdir(join(folder, 'state/postgres'), { recursive: true });
    await mkdir(join(folder, 'keys'), { mode: 0o700 });
    await chown(join(folder, 'keys'), 65534, 65534);
    const attempt = startHolder(installationIn(folder), { uid: 65534, gid: 65534 });
    await expect(attempt).rejects.toThrow(/DATABASE_FOREIGN_STATE/);
  }),
);

it('restores the links that npm leaves out', () =>
  withFolder(async (folder) => {
    const package_ = dirname(installedBinaries());
    const copy = join(folder, 'package');
    await cp(package_, copy, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
    const postgres = join(copy, 'native/bin/postgres');
    expect(can(postgres, '--version')).toBe(false);
    expect(await restoreLinks(join(copy, 'native'))).toBe(true);
    expect(can(postgres, '--version')).toBe(true);
    expect(await restoreLinks(join(copy, 'native'))).toBe(true);
    await rm(copy, { recursive: true });
    expect(basename(installedBinaries())).toBe('native');
  }));
