import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, processStart } from './process-identity.ts';

/** Beside the file of a use that has not found out yet whether the cluster runs. */
const ARRIVING = '.arriving';

/** One who uses the cluster. */
export interface Holder extends ProcessIdentity {
  readonly name: string;
  /** Has announced itself and counts, but relies on nothing yet. */
  readonly arriving: boolean;
}

/**
 * Who uses the cluster: one file for each use, with the process behind it. A use whose process died without leaving
 * does not count. Whoever stops the cluster holds its lock; to come and to go needs none, because of the order of
 * steps: an arriving use is seen by whoever looks later, and relies on another that has settled only after that.
 */
export class Holders {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a use by this process, arriving until it is settled, and returns its name. */
  async add(): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const name = randomUUID();
    const identity: ProcessIdentity = { pid: process.pid, start: processStart(process.pid) ?? '' };
    // Whole or not at all, for readers without the lock; and never listed without its mark.
    const file = join(this.#folder, name);
    await writeFile(`${file}${ARRIVING}`, JSON.stringify(identity), { mode: 0o600 });
    await writeFile(`${file}.new`, JSON.stringify(identity), { mode: 0o600 });
    await rename(`${file}.new`, file);
    return name;
  }

  /** The use relies on the cluster from now on, and others may rely on the use. */
  async settle(name: string): Promise<void> {
    await rm(join(this.#folder, `${name}${ARRIVING}`), { force: true });
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
    await rm(join(this.#folder, `${name}${ARRIVING}`), { force: true });
  }

  /** The uses whose process lives; files of the dead are removed. */
  async living(): Promise<readonly Holder[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const marks = new Set(names.filter((name) => name.endsWith(ARRIVING)));
    const living: Holder[] = [];
    for (const name of names) {
      const identity = await readIdentity(join(this.#folder, name));
      if (name.includes('.')) await this.#sweep(name, identity);
      else if (identity === null || !isAlive(identity)) await this.remove(name);
      else living.push({ ...identity, name, arriving: marks.has(`${name}${ARRIVING}`) });
    }
    return living;
  }

  /** Marks and halves of a use that was killed in the middle of coming. Without an identity it is just being written. */
  async #sweep(name: string, identity: ProcessIdentity | null): Promise<void> {
    if (identity !== null && !isAlive(identity)) await rm(join(this.#folder, name), { force: true });
  }

  /** Whether somebody but `name` has settled. */
  async isShared(name: string): Promise<boolean> {
    return (await this.living()).some((holder) => holder.name !== name && !holder.arriving);
  }
}

async function readIdentity(path: string): Promise<ProcessIdentity | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('start' in value)) return null;
    const { pid, start } = value;
    return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : null;
  } catch {
    return null;
  }
}
