import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Holders } from './holders.ts';
import { initialiseCluster } from './initialise.ts';
import { clusterHome, giveTo, type Placement } from './placement.ts';
import { isCurrent, type PostmasterSettings, startPostmaster, stopPostmaster } from './postmaster.ts';
import { type Postmaster, readPostmasterFile } from './postmaster-file.ts';
import { socketFolder } from './socket-folder.ts';

export interface ClusterOptions extends PostmasterSettings {
  /** Holds the cluster and what we note about it. */
  readonly folder: string;
  /** The checkout. */
  readonly root: string;
  readonly binaries: string;
  readonly owner: { readonly name: string; readonly password: string };
}

/**
 * The cluster's server, as it runs or started now, on a new cluster where there is none. The caller holds the lock.
 * @param alone nobody else uses it
 */
export async function ensureRunning(
  options: ClusterOptions,
  placement: Placement,
  alone = false,
): Promise<Postmaster> {
  const data = join(placement.folder, 'data');
  const { postmaster } = await readPostmasterFile(data);
  if (postmaster !== null) {
    // One that is still starting or stopping, or whose socket was swept away, is of no use to anyone; and an orphan
    // of another version gives way while nobody else uses it.
    const usable = postmaster.ready && (await socketExists(postmaster));
    if (usable && (!alone || isCurrent(postmaster, placement, options))) return postmaster;
    await stopPostmaster(postmaster);
  }
  const initialised = await stat(join(data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
  if (!initialised) {
    const { name: owner, password } = options.owner;
    await initialiseCluster(placement, { owner, password, durable: options.durable });
  }
  await giveTo(placement, data);
  return startPostmaster(
    placement,
    { socketFolder: await socketFolder(placement), log: join(options.folder, 'postgres.log') },
    options,
  );
}

async function socketExists(postmaster: Postmaster): Promise<boolean> {
  return stat(join(postmaster.socketFolder, '.s.PGSQL.5432')).then(
    (found) => found.isSocket(),
    () => false,
  );
}

/** The server as it runs and can be used, without a step towards making it so; null where there is none. */
export async function findRunning(folder: string): Promise<Postmaster | null> {
  const { postmaster } = await readPostmasterFile(join(await clusterHome(folder), 'data'));
  return postmaster?.ready === true && (await socketExists(postmaster)) ? postmaster : null;
}

/** Stops the server unless somebody uses it, or is about to. The caller holds the lock. */
export async function stopUnused(holders: Holders, folder: string): Promise<void> {
  if ((await holders.living()).length > 0) return;
  const { postmaster } = await readPostmasterFile(join(await clusterHome(folder), 'data'));
  if (postmaster !== null) await stopPostmaster(postmaster);
}
