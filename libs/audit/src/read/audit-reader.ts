import { rowsOf } from './audit.queries.ts';
import type { AuditCursor } from './audit-cursor.ts';
import type { AuditFilter, AuditPage, AuditVisibility } from './audit-filter.ts';
import type { AuditRow } from './audit-row.ts';
import { rowsById, type SealedRows, sealHeads, sealsAfter } from './audit-seals.queries.ts';
import { type CallPerformance, measureCalls, type PerformanceFilter } from './call-performance.queries.ts';
import { countCalls } from './count-calls.ts';
import type { CallFilter, CallStatistics, GovernedCallRow, TraceSummary } from './governed-call.ts';
import { listCalls } from './list-calls.ts';
import { listRows, rowsFrom } from './list-rows.ts';
import { listTraces } from './list-traces.ts';
import type { SightedReads } from './sighted-reads.ts';

/** Seals are about everybody's rows; whose they are they do not say. */
const SEALS: AuditVisibility = { kind: 'all' };

/** The read side of the audit trail. What is visible is asked for, and row security of the database sees to it too. */
export class AuditReader {
  readonly #reads: Pick<SightedReads, 'read' | 'stop'>;

  constructor(reads: Pick<SightedReads, 'read' | 'stop'>) {
    this.#reads = reads;
  }

  /** Newest first, a page at a time. */
  list(filter: AuditFilter, visibility: AuditVisibility): Promise<AuditPage<AuditRow>> {
    return this.#reads.read(visibility, (database) => listRows(database, filter, visibility));
  }

  /** Everything that belongs to a row, task or trace id, oldest first; empty when there is no such id. */
  trace(id: string, visibility: AuditVisibility): Promise<readonly AuditRow[]> {
    return this.#reads.read(visibility, (database) => rowsOf(database, id, visibility));
  }

  /** Oldest first, after a row: `filter.limit` of them. */
  from(filter: AuditFilter, after: string | null, visibility: AuditVisibility): Promise<readonly AuditRow[]> {
    return this.#reads.read(visibility, (database) => rowsFrom(database, filter, after, visibility));
  }

  /** Governed calls, newest first, each with its end. */
  calls(filter: CallFilter, visibility: AuditVisibility): Promise<AuditPage<GovernedCallRow>> {
    return this.#reads.read(visibility, (database) => listCalls(database, filter, visibility));
  }

  /** Traces in which something was decided, the latest first. */
  traces(
    filter: Omit<CallFilter, 'action' | 'kind' | 'decision'>,
    visibility: AuditVisibility,
  ): Promise<AuditPage<TraceSummary>> {
    return this.#reads.read(visibility, (database) => listTraces(database, filter, visibility));
  }

  /** Decided calls since then, counted by action, decision and policy. */
  callStatistics(since: Date, visibility: AuditVisibility): Promise<readonly CallStatistics[]> {
    return this.#reads.read(visibility, (database) => countCalls(database, since));
  }

  /** How many calls failed, how long they took and what they cost, in all and by action. */
  performance(filter: PerformanceFilter, visibility: AuditVisibility): Promise<readonly CallPerformance[]> {
    return this.#reads.read(visibility, (database) => measureCalls(database, filter, visibility));
  }

  /** How far the trail goes now. */
  heads(): Promise<AuditCursor> {
    return this.#reads.read(SEALS, sealHeads);
  }

  /** What was committed after the cursor, at most `limit` seals of each chain. */
  sealsAfter(cursor: AuditCursor, limit: number): Promise<readonly SealedRows[]> {
    return this.#reads.read(SEALS, (database) => sealsAfter(database, cursor, limit));
  }

  /** Those of the rows that are visible, oldest first. */
  rows(ids: readonly string[], visibility: AuditVisibility): Promise<readonly AuditRow[]> {
    return this.#reads.read(visibility, (database) => rowsById(database, ids, visibility));
  }

  async stop(): Promise<void> {
    await this.#reads.stop();
  }
}
