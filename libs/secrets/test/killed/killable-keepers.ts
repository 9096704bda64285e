import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PRELOAD = fileURLToPath(new URL('./kill-at-change.mjs', import.meta.url));

/**
 * Keepers of this process that are killed at a change of a file which a test names. Each is the real program, started by
 * the one who always starts it; between the two stands a script that has Node load the killer first.
 */
export class KillableKeepers {
  readonly #folder = mkdtempSync(join(tmpdir(), 'killable-'));
  readonly #node = process.execPath;

  constructor() {
    const script = join(this.#folder, 'node');
    const preload = `file://${PRELOAD}?folder=${this.#folder}`;
    writeFileSync(script, `#!/bin/sh\nexec '${this.#node}' --import '${preload}' "$@"\n`, { mode: 0o700 });
    process.execPath = script;
    this.#plan(-1);
  }

  /**
   * Runs `work`, in which keepers change files, until the keeper that is about to make the change of that number is
   * killed; a number that there is no change of kills none. Gives the changes that were begun.
   */
  async killAt(change: number, work: () => Promise<unknown>): Promise<readonly string[]> {
    this.#plan(change);
    try {
      await work();
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SECRETS_KEEPER_FAILED') throw error;
    } finally {
      this.#fatal(-1);
    }
    return readFileSync(join(this.#folder, 'changes'), 'utf8').split('\n').filter(Boolean);
  }

  end(): void {
    process.execPath = this.#node;
    rmSync(this.#folder, { recursive: true });
  }

  #plan(change: number): void {
    writeFileSync(join(this.#folder, 'changes'), '');
    this.#fatal(change);
  }

  #fatal(change: number): void {
    writeFileSync(join(this.#folder, 'fatal'), String(change));
  }
}
