import type { Line } from './line.ts';
import { UNKNOWN_FOLDER } from './paths/normalise.ts';
import type { ProtectedPathSet } from './paths/protected.ts';
import type { Verdict } from './verdict.ts';

/** How much one call may cost: beyond it, reading stops and the text counts as unreadable. */
const MOST_COMMANDS = 512;
const MOST_BYTES = 262_144;

/** One call under judgement: where it runs, what is protected, what is left to spend, what was found. */
export class Scene {
  readonly verdict: Verdict;
  readonly protectedPaths: ProtectedPathSet;
  readonly home: string;
  /** The client's working folder, absolute, or null. */
  readonly cwd: string | null;
  /** What the call itself writes to files, by path: a script written and then run is judged. */
  readonly files = new Map<string, string>();
  #commands = MOST_COMMANDS;
  #bytes = MOST_BYTES;

  constructor(verdict: Verdict, protectedPaths: ProtectedPathSet, cwd: string | null) {
    this.verdict = verdict;
    this.protectedPaths = protectedPaths;
    this.home = protectedPaths.home;
    this.cwd = cwd;
  }

  get folder(): string {
    return this.cwd ?? UNKNOWN_FOLDER;
  }

  get decided(): boolean {
    return this.verdict.decided;
  }

  deny(line: Line): void {
    this.verdict.deny(line);
  }

  /** Whether one more command may be read. */
  spendCommand(): boolean {
    return --this.#commands > 0;
  }

  spendBytes(count: number): boolean {
    this.#bytes -= count;
    return this.#bytes > 0;
  }

  remember(path: string, text: string): void {
    if (this.files.size < 64) this.files.set(path, text);
  }
}
