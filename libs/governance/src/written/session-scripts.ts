import type { ScriptMemory } from '../blocklist/index.ts';

export const REMEMBERED_MS = 60 * 60 * 1000;
const MOST_SESSIONS = 2048;
const MOST_FILES = 32;
/** Characters of all sessions. */
const MOST_TEXT = 16 * 1024 * 1024;

interface Remembered {
  readonly text: string;
  readonly atMs: number;
}

/**
 * Files that root sessions wrote and that would be denied if they ran, for an hour (threat T21), as one process knows
 * them. Bounded: the oldest
 * file of a session, and the session that was not seen for longest, give way.
 */
export class SessionScripts {
  readonly #sessions = new Map<string, Map<string, Remembered>>();
  #text = 0;

  of(rootSessionId: string, nowMs: number): ScriptMemory {
    const own = this.#sessions.get(rootSessionId);
    if (own !== undefined) {
      this.#expire(own, nowMs);
      this.#sessions.delete(rootSessionId);
      if (own.size > 0) this.#sessions.set(rootSessionId, own);
    }
    return {
      files: own === undefined ? NO_FILES : new Map([...own].map(([path, { text }]) => [path, text])),
      keep: (path, text) => this.keep(rootSessionId, path, text, nowMs),
    };
  }

  get size(): number {
    return this.#sessions.size;
  }

  keep(rootSessionId: string, path: string, text: string, atMs: number): void {
    const own = this.#sessions.get(rootSessionId) ?? new Map<string, Remembered>();
    this.#sessions.set(rootSessionId, own);
    this.#forget(own, path);
    own.set(path, { text, atMs });
    this.#text += text.length;
    if (own.size > MOST_FILES) this.#forget(own, own.keys().next().value!);
    while (this.#sessions.size > MOST_SESSIONS || this.#text > MOST_TEXT) {
      const [oldest, files] = this.#sessions.entries().next().value!;
      for (const old of files.keys()) this.#forget(files, old);
      this.#sessions.delete(oldest);
    }
  }

  #expire(own: Map<string, Remembered>, nowMs: number): void {
    for (const [path, { atMs }] of own) if (nowMs - atMs > REMEMBERED_MS) this.#forget(own, path);
  }

  #forget(own: Map<string, Remembered>, path: string): void {
    this.#text -= own.get(path)?.text.length ?? 0;
    own.delete(path);
  }
}

const NO_FILES: ReadonlyMap<string, string> = new Map();
