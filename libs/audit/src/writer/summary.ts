import type { AuditEntry } from '../audit-entry.ts';
import { systemContext } from '../system-context.ts';

/** Why a governed call got no row of its own. Each of them was denied. */
export type SummaryCause =
  /** No valid credential, and the rows of such callers are used up for this minute. */
  | 'unknown_caller'
  /** Over the rate limit, and the rows for that are used up for this minute. */
  | 'rate_limited'
  /** The disk budget is used up. */
  | 'disk_full';

export interface SummaryCounts {
  readonly byCause: Partial<Record<SummaryCause, number>>;
  fromMs: number;
  toMs: number;
}

export const SUMMARY_EVERY_MS = 60_000;

/**
 * Counts the governed calls that get no row of their own, for one row a minute that says how many there were
 * (threat T6). A process that is killed loses the count of its last minute at most.
 */
export class Summary {
  readonly #wake: () => void;
  readonly #everyMs: number;
  #counts: SummaryCounts | null = null;
  #timer: NodeJS.Timeout | undefined;
  #due = false;
  /** Since the start, for the accounting metric. */
  callsTotal = 0;

  /** `wake` is called when there is something to say. */
  constructor(wake: () => void, everyMs: number = SUMMARY_EVERY_MS) {
    this.#wake = wake;
    this.#everyMs = everyMs;
  }

  get pending(): boolean {
    return this.#counts !== null;
  }

  note(cause: SummaryCause, ms: number): void {
    this.callsTotal += 1;
    this.restore({ byCause: { [cause]: 1 }, fromMs: ms, toMs: ms });
  }

  /** What is to be said now, and nothing from then on. `all`: also before the minute is over. */
  take(all: boolean): SummaryCounts | null {
    const counts = this.#counts;
    if (counts === null || !(all || this.#due)) return null;
    this.stop();
    this.#counts = null;
    return counts;
  }

  restore(counts: SummaryCounts): void {
    this.#timer ??= setTimeout(() => {
      this.#due = true;
      this.#wake();
    }, this.#everyMs).unref();
    this.#counts ??= { byCause: {}, fromMs: counts.fromMs, toMs: counts.toMs };
    const known = this.#counts;
    for (const [cause, count] of Object.entries(counts.byCause) as [SummaryCause, number][]) {
      known.byCause[cause] = (known.byCause[cause] ?? 0) + count;
    }
    known.fromMs = Math.min(known.fromMs, counts.fromMs);
    known.toMs = Math.max(known.toMs, counts.toMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = false;
  }
}

export function summaryEntry({ byCause, fromMs, toMs }: SummaryCounts): AuditEntry {
  return {
    event: 'request.summarised',
    context: systemContext(),
    action: 'audit',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'The governed calls counted here were denied and have no rows of their own.',
    detail: {
      count: Object.values(byCause).reduce((sum, count) => sum + count, 0),
      byCause: { ...byCause },
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
    },
  };
}
