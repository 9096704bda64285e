import type { AuditEntry } from '../audit-entry.ts';

/** Where every governed call that arrived went. */
export interface CallEquation {
  /** Governed calls that arrived at any door. */
  readonly received: number;
  /** Committed `*.decided` and `request.rejected` rows. */
  readonly recorded: number;
  /** Counted in `audit.gap` rows, written or still to be written. */
  readonly inGap: number;
  /** Counted in `request.summarised` rows, written or still to be written. */
  readonly inSummary: number;
  /** Not answered yet, or denied for want of a row that the database may still commit. */
  readonly open: number;
  /** What is left over: nothing, ever. */
  readonly unaccounted: number;
}

/**
 * The equation of the audit log, live: calls received = rows of decisions and rejections + calls that gap and summary
 * rows count. What arrives is counted where it arrives, and not by the log.
 */
export class CallAccounting {
  #received = 0;
  #inside = 0;
  #undecided = 0;
  #recorded = 0;

  /** A call arrived. It is `leave`d when it is answered, however. */
  enter(): void {
    this.#received += 1;
    this.#inside += 1;
  }

  leave(): void {
    this.#inside -= 1;
  }

  /** A request was turned away at a door and is only summarised. */
  turnedAway(): void {
    this.#received += 1;
  }

  /** The call that entered was summarised, which counted it as turned away: it is one. */
  summarisedInside(): void {
    this.#received -= 1;
  }

  recorded(entry: AuditEntry): void {
    if (isGovernedCall(entry)) this.#recorded += 1;
  }

  /** A call was denied while its row is on its way (+1), and what became of the row is known (-1). */
  undecided(entry: AuditEntry, change: 1 | -1): void {
    if (isGovernedCall(entry)) this.#undecided += change;
  }

  equation(inGap: number, inSummary: number): CallEquation {
    const received = this.#received;
    const recorded = this.#recorded;
    const open = received - recorded - inGap - inSummary;
    // A call's row may be committed a moment before the call is answered.
    const most = this.#inside + this.#undecided;
    const unaccounted = open < 0 ? -open : Math.max(0, open - most);
    return { received, recorded, inGap, inSummary, open: Math.max(0, open), unaccounted };
  }
}

export function isGovernedCall({ event }: Pick<AuditEntry, 'event'>): boolean {
  return event.endsWith('.decided') || event === 'request.rejected';
}
