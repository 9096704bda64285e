import type { BlocklistCategory } from '@gatehouse/config';
import type { Line } from './line.ts';

/** Collects the first line that applies to the caller's role; a category that is off decides nothing. */
export class Verdict {
  /** The categories that are on for the caller. */
  readonly active: ReadonlySet<BlocklistCategory>;
  /** Where in the input we read now; the finding keeps it. */
  path = '$';
  line: Line | null = null;
  foundAt = '$';

  constructor(active: ReadonlySet<BlocklistCategory>) {
    this.active = active;
  }

  get decided(): boolean {
    return this.line !== null;
  }

  deny(line: Line): void {
    if (this.line !== null || !this.active.has(line.category)) return;
    this.line = line;
    this.foundAt = this.path;
  }
}
