import { type FSWatcher, lstatSync, type Stats, watch } from 'node:fs';
import { join } from 'node:path';
import { POLICY_FILES } from './parse-policies.ts';

/** Editors write in several steps; the files are read once they have been quiet for this long. */
const QUIET_MS = 40;
/** Where the file system sends no events, changes are seen this often. */
const LOOK_MS = 1000;

/**
 * Tells when the policy files may have changed. Watches the folder, not the files, so that a file which an editor
 * or `mv` puts in another's place is seen; and looks once a second at what they are, in case no event comes or
 * the folder itself was replaced. Keeps no process alive.
 */
export class PolicyWatch {
  readonly #folder: string;
  readonly #onChange: () => void;
  #watcher: FSWatcher | undefined;
  #look: NodeJS.Timeout | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #folderSeen = '';
  #filesSeen = '';

  constructor(folder: string, onChange: () => void) {
    this.#folder = folder;
    this.#onChange = onChange;
  }

  start(): void {
    if (this.#look !== undefined) return;
    this.#look = setInterval(() => this.#lookAgain(), LOOK_MS);
    this.#look.unref();
    this.#lookAgain();
  }

  stop(): void {
    clearInterval(this.#look);
    clearTimeout(this.#quiet);
    this.#watcher?.close();
    this.#look = undefined;
    this.#quiet = undefined;
    this.#watcher = undefined;
    this.#folderSeen = '';
    this.#filesSeen = '';
  }

  /** Makes the next look tell of a change even if there is none: what was told could not be dealt with. */
  forget(): void {
    this.#filesSeen = '';
  }

  /** Tells after a quiet moment, as after an event. */
  tellSoon(): void {
    if (this.#look === undefined) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#filesSeen = filesSignature(this.#folder);
      this.#onChange();
    }, QUIET_MS);
    this.#quiet.unref();
  }

  #lookAgain(): void {
    const folder = signature(this.#folder, 'identity');
    if (folder !== this.#folderSeen) this.#watchFolder();
    this.#folderSeen = folder;
    const files = filesSignature(this.#folder);
    if (files === this.#filesSeen) return;
    this.#filesSeen = files;
    this.#onChange();
  }

  #watchFolder(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    try {
      const watcher = watch(this.#folder, { persistent: false }, () => this.tellSoon());
      watcher.on('error', () => watcher.close());
      this.#watcher = watcher;
    } catch {
      // The folder is gone, or the system has no watches left: the look goes on.
    }
  }
}

function filesSignature(folder: string): string {
  return [folder, ...POLICY_FILES.map((name) => join(folder, name))]
    .map((path) => signature(path, path === folder ? 'access' : 'contents'))
    .join('\n');
}

/** Changes with which file it is; with who may change it; with what it holds. Each includes the one before. */
function signature(path: string, depth: 'identity' | 'access' | 'contents'): string {
  let stats: Stats;
  try {
    stats = lstatSync(path);
  } catch {
    return '-';
  }
  const parts: number[] = [stats.dev, stats.ino];
  if (depth !== 'identity') parts.push(stats.mode, stats.uid, stats.gid);
  if (depth === 'contents') parts.push(stats.size, stats.mtimeMs, stats.ctimeMs);
  return parts.join(':');
}
