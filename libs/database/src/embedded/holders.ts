import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, processStart } from './process-identity.ts';

/**
 * Who uses the cluster: one file for each use, with the process behind it. A use whose process died without
 * leaving does not count. Callers hold the cluster's lock.
 */
export class Holders {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a use by this process and returns its name. */
  async add(): Promise<string> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const name = randomUUID();
    const identity: ProcessIdentity = { pid: process.pid, start: processStart(process.pid) ?? '' };
    await writeFile(join(this.#folder, name), JSON.stringify(identity), { mode: 0o600 });
    return name;
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
  }

  /** The uses whose process lives; files of the dead are removed. */
  async living(): Promise<readonly ProcessIdentity[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const living: ProcessIdentity[] = [];
    for (const name of names) {
      const identity = await readIdentity(join(this.#folder, name));
      if (identity !== null && isAlive(identity)) living.push(identity);
      else await this.remove(name);
    }
    return living;
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
