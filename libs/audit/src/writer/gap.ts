import { isGovernedCall } from '../accounting/call-accounting.ts';
import type { AuditEntry } from '../audit-entry.ts';
import { systemContext } from '../system-context.ts';

export interface GapCounts {
  /** Governed calls (`…decided`, `request.rejected`) that never became rows: each of them was denied. */
  calls: number;
  /** Other rows that were refused: their changes did not happen, or their completions are missing. */
  others: number;
  fromMs: number;
  toMs: number;
}

/** Counts what could not be recorded, so that the first row after an outage can say so. */
export class Gap {
  #counts: GapCounts | null = null;
  /** Governed calls lost since the start, for the accounting metric. */
  callsTotal = 0;

  get pending(): boolean {
    return this.#counts !== null;
  }

  note(entry: AuditEntry, ms: number): void {
    if (isGovernedCall(entry)) this.callsTotal += 1;
    this.#merge({
      calls: isGovernedCall(entry) ? 1 : 0,
      others: isGovernedCall(entry) ? 0 : 1,
      fromMs: ms,
      toMs: ms,
    });
  }

  /** What is to be said now, and nothing from then on. Hand it back with `restore` if it could not be said. */
  take(): GapCounts | null {
    const counts = this.#counts;
    this.#counts = null;
    return counts;
  }

  restore(counts: GapCounts): void {
    this.#merge(counts);
  }

  #merge(counts: GapCounts): void {
    const known = this.#counts;
    this.#counts =
      known === null
        ? { ...counts }
        : {
            calls: known.calls + counts.calls,
            others: known.others + counts.others,
            fromMs: Math.min(known.fromMs, counts.fromMs),
            toMs: Math.max(known.toMs, counts.toMs),
          };
  }
}

export function gapEntry(counts: GapCounts): AuditEntry {
  return {
    event: 'audit.gap',
    context: systemContext(),
    action: 'audit',
    decision: 'allow',
    policy: 'not_applicable',
    reason: 'The audit log could not be written for a time; the governed calls counted here were denied.',
    detail: {
      count: counts.calls,
      others: counts.others,
      from: new Date(counts.fromMs).toISOString(),
      to: new Date(counts.toMs).toISOString(),
    },
  };
}
