import { chmodSync, mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endStragglers } from './stragglers.ts';

const PREFIX = 'gatehouse-mcp-';
const OURS = /^gatehouse-mcp-(\d{1,10})-/;

/**
 * The private home and temporary folder of each child: one folder a child (0700), below one folder a server
 * process, outside the state folder that tools may not see. Both go with what they belong to.
 */
export class PrivateFolders {
  readonly #parent: string;
  #root: string | undefined;

  constructor(parent: string = tmpdir()) {
    this.#parent = parent;
  }

  /** Makes an empty folder for one child. */
  create(): string {
    this.#root ??= this.#makeRoot();
    return mkdtempSync(join(this.#root, 'child-'));
  }

  /** Entered, not read, by the users that tools run as: each has its own folder below. */
  #makeRoot(): string {
    const root = mkdtempSync(join(this.#parent, `${PREFIX}${process.pid}-`));
    chmodSync(root, 0o711);
    return root;
  }

  /**
   * With what still runs in it. Not waited for by whoever ends a child: a tool may have left a million files. Never
   * throws.
   */
  async remove(folder: string): Promise<void> {
    await endStragglers(folder);
    try {
      // How its cage was built stands beside it.
      for (const path of [folder, `${folder}.cage`])
        await rm(path, { recursive: true, force: true, maxRetries: 2 });
    } catch {
      // Another user's, or still written to: the next server process tries again.
    }
  }

  async removeAll(): Promise<void> {
    if (this.#root !== undefined) await this.remove(this.#root);
    this.#root = undefined;
  }

  /** Removes what server processes that were killed left behind. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#parent)) {
      const pid = OURS.exec(name)?.[1];
      if (pid !== undefined && !isAlive(Number(pid))) await this.remove(join(this.#parent, name));
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
