import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '@gatehouse/kernel';
import { type Placement, programCommand } from './placement.ts';

const run = promisify(execFile);

/**
 * Makes a new cluster in `<placement.folder>/data`, whole or not at all. Every connection needs a password;
 * there is no other way in (T3), and none over the network.
 */
export async function initialiseCluster(
  placement: Placement,
  options: { owner: string; password: string; durable: boolean },
): Promise<void> {
  const making = join(placement.folder, 'making');
  const data = join(making, 'data');
  const passwordFile = join(making, 'password');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (placement.account !== null) {
    await chown(passwordFile, placement.account.uid, placement.account.gid);
    await chown(making, placement.account.uid, placement.account.gid);
  }
  const {
    command,
    args,
    options: how,
  } = programCommand(placement, 'initdb', [
    '-D',
    data,
    '-U',
    options.owner,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    // Every commit waits while a new segment is filled with zeros: of 1 MiB that takes three milliseconds, of 16 fifty.
    '--wal-segsize=1',
    ...(options.durable ? [] : ['--no-sync']),
  ]);
  try {
    await run(command, args, { ...how, timeout: 120_000 });
    await rename(data, join(placement.folder, 'data'));
  } catch (cause) {
    throw new AppError('DATABASE_INIT_FAILED', 'The embedded PostgreSQL could not be set up.', {
      owner: 'operator',
      hint: `Look at the free space and the rights of ${placement.folder}.`,
      cause,
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}
