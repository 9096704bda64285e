import type { Line } from './line.ts';
import { UNKNOWN_FOLDER } from './paths/normalise.ts';
import type { ProtectedPathSet } from './paths/protected.ts';
import { looksDestructive, UNREADABLE } from './shell/unreadable.ts';
import type { Verdict } from './verdict.ts';

/** How much one call may cost: beyond it, reading stops and the text counts as unreadable. */
const MOST_STEPS = 4096;
const MOST_BYTES = 262_144;

/** One call under judgement: where it runs, what is protected, what is left to spend, what was found. */
export class Scene {
  readonly verdict: Verdict;
  readonly protectedPaths: ProtectedPathSet;
  readonly home: string;
  /** The client's working folder, absolute, or null. */
  readonly cwd: string | null;
  /** What the call or its session wrote to files, by path: a script written and then run is judged. */
  readonly files = new Map<string, string>();
  /** Those of them that get another name. */
  readonly moved = new Set<string>();
  /** The text may be a program in another language: that it does not parse as shell says nothing. */
  lenient = false;
  #steps = MOST_STEPS;
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

  /** Whether one more command, loop or branch may be read. */
  spendStep(): boolean {
    return --this.#steps > 0;
  }

  /**
   * Whether a text may still be read. What may not, by its size or because the budget is spent, is denied when it
   * looks destructive or names what is protected.
   */
  affords(text: string, mostBytes = MOST_BYTES): boolean {
    this.#bytes -= text.length;
    if (text.length <= mostBytes && this.#bytes > 0 && this.#steps > 0) return true;
    this.denyUnread(text);
    return false;
  }

  /** For a text of which something stayed unread. */
  denyUnread(text: string): void {
    if (looksDestructive(text) || this.protectedPaths.mentions(text)) this.deny(UNREADABLE);
  }

  /** Reading stopped before the end. */
  get exhausted(): boolean {
    return this.#steps <= 0 || this.#bytes <= 0;
  }

  remember(path: string, text: string): void {
    if (this.files.size < 128) this.files.set(path, text);
  }
}
