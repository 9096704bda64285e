import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readOrCreateKey } from '@gatehouse/config';
import { Database, type DatabaseParts } from '../database.ts';
import type { EmbeddedCluster } from '../embedded/embedded-cluster.ts';
import { EMBEDDED_ROLES, openEmbedded } from '../embedded/open-embedded.ts';
import { readMigrations } from '../migrations/migration.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { installationIn, makeFolder, ROOT } from './test-installation.ts';

/** A database on a durable cluster that no other test shares, for tests that kill it. */
export class PrivateDatabase extends Database {
  readonly #cluster: EmbeddedCluster;

  constructor(parts: DatabaseParts, cluster: EmbeddedCluster) {
    super(parts);
    this.#cluster = cluster;
  }

  /** Sends the server a signal: SIGKILL for a crash, SIGSTOP and SIGCONT for a stall, SIGINT for a stop. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    process.kill(this.#cluster.postmaster.pid, signal);
  }

  /** Starts the server again, once it is gone. Connections go to the same address as before. */
  restart(): Promise<void> {
    return this.#cluster.restart();
  }

  /** Stops the server and removes all of it. */
  drop(): Promise<void> {
    return this.close();
  }
}

/** About half a second. `supervised`: the server is restarted when it dies, as under a running Gatehouse. */
export async function createPrivateDatabase(options: { supervised: boolean }): Promise<PrivateDatabase> {
  const folder = await makeFolder();
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const installation = installationIn(folder);
    const key = readOrCreateKey(installation, 'database', 32);
    const { cluster, parts } = await openEmbedded({ ...installation, key });
    const release = async () => {
      await parts.release();
      await remove();
    };
    const database = new PrivateDatabase({ ...parts, release }, cluster);
    try {
      const migrations = await readMigrations(join(ROOT, 'libs/database/migrations'));
      await prepareDatabase({ parts, roles: EMBEDDED_ROLES, migrations });
    } catch (error) {
      await database.close();
      throw error;
    }
    if (options.supervised) cluster.supervise();
    return database;
  } catch (error) {
    await remove();
    throw error;
  }
}
