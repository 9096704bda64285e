import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
    this.#root ??= mkdtempSync(join(this.#parent, `${PREFIX}${process.pid}-`));
    return mkdtempSync(join(this.#root, 'child-'));
  }

  remove(folder: string): void {
    rmSync(folder, { recursive: true, force: true, maxRetries: 2 });
  }

  removeAll(): void {
    if (this.#root !== undefined) this.remove(this.#root);
    this.#root = undefined;
  }

  /** Removes what a server that was killed left behind. Another user's folders stay: removing them fails. */
  sweep(): void {
    for (const name of readdirSync(this.#parent)) {
      const pid = OURS.exec(name)?.[1];
      if (pid === undefined || isAlive(Number(pid))) continue;
      try {
        this.remove(join(this.#parent, name));
      } catch {
        // Not ours to remove.
      }
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
