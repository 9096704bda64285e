import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type KeyPlaces, memoryFile, nextKeyFile, publicKeysFile, signingKeyFile } from './key-files.ts';

const UNFINISHED = /^(.+)\.new-(\d+)$/;

/**
 * Removes what keepers that were killed left beside the key files: files that were to take a key file's place. One
 * of them can be a whole private key, which would outlive its rotation there.
 */
export function removeLeftovers(places: KeyPlaces): void {
  const { privateKeyFile } = places;
  const files = [publicKeysFile(places), signingKeyFile(places), memoryFile(places)];
  for (const file of [...files, privateKeyFile, nextKeyFile(places)]) removeLeftoversOf(file);
}

function removeLeftoversOf(file: string): void {
  for (const name of namesIn(dirname(file))) {
    const [, of, pid] = UNFINISHED.exec(name) ?? [];
    if (of === basename(file) && !isRunning(Number(pid))) rmSync(join(dirname(file), name), { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there yet, or not ours to list: a folder of systemd's credentials, where nothing is ever replaced.
    return [];
  }
}

/** Ourselves are not: what was left under our process id is an earlier one's. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
