import { join } from 'node:path';
import { sqlState } from '../with-client.ts';
import { makeClusterFolder } from './cluster-folder.ts';
import { type ClusterOptions, ensureRunning, findRunning, stopUnused } from './ensure-running.ts';
import { withFileLock } from './file-lock.ts';
import { Holders } from './holders.ts';
import { type Placement, place } from './placement.ts';
import { stopPostmaster } from './postmaster.ts';
import type { Postmaster } from './postmaster-file.ts';
import { isAlive } from './process-identity.ts';
import { resetPassword } from './reset-password.ts';

/** SQLSTATE invalid_password. */
const INVALID_PASSWORD = '28P01';
const WATCH_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

interface Attached {
  readonly options: ClusterOptions;
  readonly holders: Holders;
  readonly name: string;
  readonly postmaster: Postmaster;
  readonly placement: Placement | null;
}

/**
 * One use of an embedded PostgreSQL cluster. The first use starts the server, or adopts one that a killed process
 * left behind; the last one to leave stops it, both under a lock. Uses by several processes are counted by files.
 */
export class EmbeddedCluster {
  readonly #options: ClusterOptions;
  readonly #holders: Holders;
  readonly #name: string;
  #placement: Placement | null;
  #postmaster: Postmaster;
  #watch: NodeJS.Timeout | null = null;
  #repair: Promise<void> | null = null;

  private constructor(from: Attached) {
    this.#options = from.options;
    this.#placement = from.placement;
    this.#holders = from.holders;
    this.#name = from.name;
    this.#postmaster = from.postmaster;
  }

  /**
   * @param whenAlone runs under the lock if no other process uses the cluster, and logs in as the owner: a refused
   * password is then set anew
   * @throws {AppError} DATABASE_NO_ACCOUNT, DATABASE_NO_PLACE, DATABASE_INIT_FAILED, DATABASE_START_FAILED, DATABASE_LOCKED,
   * DATABASE_FOREIGN_STATE
   */
  static async attach(
    wanted: ClusterOptions,
    whenAlone: (cluster: EmbeddedCluster) => Promise<void> = async () => {},
  ): Promise<EmbeddedCluster> {
    const options = { ...wanted, folder: await makeClusterFolder(wanted.folder) };
    const holders = new Holders(join(options.folder, 'holders'));
    return (
      (await EmbeddedCluster.#join(options, holders)) ??
      (await EmbeddedCluster.#begin(options, holders, whenAlone))
    );
  }

  /** Joins those who use the cluster already, which costs no process and no lock; null where it is not certain. */
  static async #join(options: ClusterOptions, holders: Holders): Promise<EmbeddedCluster | null> {
    const name = await holders.add();
    try {
      // In this order: whoever is settled now leaves after we came, and leaves the server to us.
      const postmaster = (await holders.isShared(name)) ? await findRunning(options.folder) : null;
      if (postmaster !== null) {
        await holders.settle(name);
        return new EmbeddedCluster({ options, holders, name, postmaster, placement: null });
      }
    } catch {
      // Whatever is wrong is told by who looks closer.
    }
    await holders.remove(name);
    return null;
  }

  static #begin(
    options: ClusterOptions,
    holders: Holders,
    whenAlone: (cluster: EmbeddedCluster) => Promise<void>,
  ): Promise<EmbeddedCluster> {
    return withFileLock(join(options.folder, 'lock'), async () => {
      const alone = (await holders.living()).every(({ arriving }) => arriving);
      const placement = await place(options);
      const name = await holders.add();
      try {
        const postmaster = await ensureRunning(options, placement, alone);
        const cluster = new EmbeddedCluster({ options, placement, holders, name, postmaster });
        if (alone) await cluster.#first(placement, whenAlone);
        await holders.settle(name);
        return cluster;
      } catch (error) {
        await holders.remove(name);
        await stopUnused(holders, options.folder);
        throw error;
      }
    });
  }

  get postmaster(): Postmaster {
    return this.#postmaster;
  }

  get socketFolder(): string {
    return this.#postmaster.socketFolder;
  }

  /** From now on restarts the server when it dies, with growing pauses while it does not come up. */
  supervise(): void {
    let pauseMs = WATCH_MS;
    let notBefore = 0;
    this.#watch ??= setInterval(() => {
      if (this.#repair !== null || Date.now() < notBefore || isAlive(this.#postmaster)) return;
      this.#repair = this.restart()
        .then(
          () => {
            pauseMs = WATCH_MS;
          },
          () => {
            notBefore = Date.now() + pauseMs;
            pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
          },
        )
        .finally(() => {
          this.#repair = null;
        });
    }, WATCH_MS);
    this.#watch.unref();
  }

  async #first(placement: Placement, work: (cluster: EmbeddedCluster) => Promise<void>): Promise<void> {
    try {
      await work(this);
    } catch (error) {
      if (sqlState(error) !== INVALID_PASSWORD) throw error;
      await stopPostmaster(this.#postmaster);
      await resetPassword(placement, this.#options.owner);
      this.#postmaster = await ensureRunning(this.#options, placement);
      await work(this);
    }
  }

  /** Starts the server where it does not run. */
  async restart(): Promise<void> {
    this.#postmaster = await this.#locked(async () => {
      this.#placement ??= await place(this.#options);
      return ensureRunning(this.#options, this.#placement);
    });
  }

  /** Leaves the cluster; the last one to leave stops it. */
  async release(): Promise<void> {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    await this.#repair;
    await this.#holders.remove(this.#name);
    // Another who has settled does the same after us.
    if (await this.#holders.isShared(this.#name)) return;
    await this.#locked(() => stopUnused(this.#holders, this.#options.folder));
  }

  #locked<T>(work: () => Promise<T>): Promise<T> {
    return withFileLock(join(this.#options.folder, 'lock'), work);
  }
}
