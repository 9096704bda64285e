import { AppError, type JsonObject, systemClock } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import type pg from 'pg';
import { CallAccounting, type CallEquation } from './accounting/call-accounting.ts';
import type { AuditEntry, AuditReceipt, SealReceipt } from './audit-entry.ts';
import { rowsNoted } from './receipt/noted-receipts.ts';
import type { CommittedRow } from './receipt/row-receipt.ts';
import { prepareRow } from './row/prepare-row.ts';
import type { PreparedRow } from './row/prepared-row.ts';
import { type RowScanner, rememberingScanner } from './row/remembering-scanner.ts';
import { type ContentlessCause, ContentQuota } from './writer/content-quota.ts';
import { DeadlineWatch, RECORD_DEADLINE_MS } from './writer/deadline-watch.ts';
import { Gap, gapEntry } from './writer/gap.ts';
import { Lane } from './writer/lane.ts';
import { LaneWaker } from './writer/lane-waker.ts';
import { lateCompletion } from './writer/late-completion.ts';
import type { PendingRow } from './writer/pending-row.ts';
import { Summary, type SummaryCause, summaryEntry } from './writer/summary.ts';
import { TwoQueues } from './writer/two-queues.ts';

const LANES = 2;

export interface AuditLogOptions {
  /** How the lanes connect: role `server`. */
  readonly config: pg.ClientConfig;
  /** `server` writes all the time and opens two lanes at `start`; `cli` opens one with its first row. */
  readonly kind: 'server' | 'cli';
  readonly scanner: Scanner;
  /** Where a command came from: stands in the detail of each of its rows (threat T1). */
  readonly operator?: JsonObject;
  /** Recorded content of one user and day, in bytes; rows beyond it stand without. By default without end. */
  readonly contentBytesPerUserDay?: number;
  /** For tests: how often calls without rows of their own are summarised. */
  readonly summaryEveryMs?: number;
  readonly warn: (message: string, error?: unknown) => void;
}

export interface AuditLogStatus {
  /** Whether a row handed in now can be expected to be committed. */
  readonly available: boolean;
  readonly waiting: number;
  readonly rowsTotal: number;
  /** Whether every governed call that arrived is accounted for. */
  readonly calls: CallEquation;
  /** Governed calls denied because they could not be recorded. */
  readonly lostCallsTotal: number;
  /** Governed calls denied without rows of their own, counted in summary rows. */
  readonly summarisedCallsTotal: number;
}

/**
 * The append side of the audit trail: group commit without a timer, one statement for each batch and its seal.
 * `record` resolves when the row is committed and not before.
 */
export class AuditLog {
  readonly accounting = new CallAccounting();
  readonly #options: AuditLogOptions;
  readonly #scanner: RowScanner;
  readonly #queue = new TwoQueues();
  readonly #gap = new Gap();
  readonly #summary: Summary;
  readonly #quota: ContentQuota;
  readonly #deadlines = new DeadlineWatch((row) => this.#expire(row));
  readonly #lanes: readonly Lane[];
  readonly #waker: LaneWaker;
  #rowsTotal = 0;
  #stopped = false;
  #contentless = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#scanner = rememberingScanner(options.scanner);
    this.#summary = new Summary(() => this.#wake(), options.summaryEveryMs);
    this.#quota = new ContentQuota(options.contentBytesPerUserDay ?? Number.POSITIVE_INFINITY);
    const host = {
      config: options.config,
      kind: options.kind,
      waiting: () => this.#queue.size,
      take: () => this.#take(),
      putBack: (rows: readonly PendingRow[]) => this.#putBack(rows),
      committed: (row: PendingRow, id: string, seal: SealReceipt) => this.#committed(row, id, seal),
      refused: (row: PendingRow, error: unknown) => this.#refused(row, error),
      lost: (row: PendingRow) => this.#lost(row),
      warn: options.warn,
    };
    this.#lanes = Array.from({ length: options.kind === 'server' ? LANES : 1 }, () => new Lane(host));
    this.#waker = new LaneWaker(this.#lanes, host.waiting);
  }

  /** Claims the lanes. @throws when the database cannot be reached. */
  async start(): Promise<void> {
    for (const lane of this.#lanes) await lane.open();
  }

  /**
   * Hands in a row.
   * @throws AppError `AUDIT_UNAVAILABLE` when it was not committed within two seconds or the queue is full,
   *   `AUDIT_ROW_REFUSED` when the database refuses this very row.
   */
  record(entry: AuditEntry): Promise<AuditReceipt> {
    const ms = systemClock.now();
    if (this.#stopped) return this.#unavailable(entry, ms);
    const row = this.#prepare(entry, ms);
    const noted = rowsNoted();
    return new Promise<AuditReceipt>((settle, reject) => {
      const resolve = noted === undefined ? settle : noting(noted, settle);
      const pending: PendingRow = { row, ms, entry, state: 'waiting', taken: false, resolve, reject };
      if (!this.#queue.push(pending)) {
        this.#gap.note(entry, ms);
        reject(unavailable('the audit queue is full'));
        return;
      }
      this.#deadlines.add(pending);
      this.#waker.wake();
    });
  }

  /** Counts a governed call that was denied and gets no row of its own; a row a minute says how many there were. */
  summarise(cause: SummaryCause): void {
    this.accounting.turnedAway();
    this.#summary.note(cause, systemClock.now());
  }

  /** From now on rows stand without erasable content, or with it again (the disk budget's second step). */
  leaveOutContent(leaveOut: boolean): void {
    this.#contentless = leaveOut;
  }

  status(): AuditLogStatus {
    return {
      available: !this.#stopped && this.#lanes.some((lane) => lane.connected),
      waiting: this.#queue.size,
      rowsTotal: this.#rowsTotal,
      calls: this.accounting.equation(this.#gap.callsTotal, this.#summary.callsTotal),
      lostCallsTotal: this.#gap.callsTotal,
      summarisedCallsTotal: this.#summary.callsTotal,
    };
  }

  /** Writes what waits, then ends the connections. What cannot be written is denied. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const untilMs = systemClock.now() + RECORD_DEADLINE_MS;
    const opened = this.#lanes.filter((lane) => lane.used || this.#summary.pending);
    await Promise.all(opened.map((lane) => lane.drain(untilMs)));
    // What one lane had to give up is counted by then; a second turn says so.
    if (this.#gap.pending || this.#summary.pending)
      await Promise.all(opened.map((lane) => lane.drain(untilMs)));
    await Promise.all(opened.map((lane) => lane.close()));
    this.#deadlines.stop();
    this.#waker.stop();
    this.#summary.stop();
    for (let rows = this.#queue.take(); rows.length > 0; rows = this.#queue.take()) {
      for (const row of rows) this.#lost(row);
    }
  }

  #wake(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  #take(): PendingRow[] {
    const rows = [...this.#takeSummary(), ...this.#queue.take()];
    const counts = rows.length === 0 && !this.#stopped ? null : this.#gap.take();
    if (counts === null) return rows;
    const gap = this.#unawaited(gapEntry(counts), () => this.#gap.restore(counts));
    gap.taken = true;
    return [gap, ...rows];
  }

  #takeSummary(): PendingRow[] {
    const counts = this.#summary.take(this.#stopped);
    if (counts === null) return [];
    const row = this.#unawaited(summaryEntry(counts), () => this.#summary.restore(counts));
    row.taken = true;
    return [row];
  }

  #prepare(entry: AuditEntry, ms: number): PreparedRow {
    const { userId } = entry.context;
    const cause: ContentlessCause | null = this.#contentless
      ? 'disk_budget'
      : this.#quota.exhausted(userId, ms)
        ? 'daily_quota'
        : null;
    const { operator } = this.#options;
    const told = operator === undefined ? entry : { ...entry, detail: { ...entry.detail, operator } };
    const row = prepareRow(told, this.#scanner, cause);
    this.#quota.add(userId, row.contentBytes);
    return row;
  }

  #committed(pending: PendingRow, id: string, seal: SealReceipt): void {
    this.#rowsTotal += 1;
    this.accounting.recorded(pending.entry);
    if (pending.state === 'expired') {
      this.accounting.undecided(pending.entry, -1);
      const completion = lateCompletion(pending);
      if (completion !== null) this.#queue.push(this.#unawaited(completion));
      return;
    }
    pending.state = 'settled';
    pending.resolve({ id, commitment: pending.row.commitment, seal });
    this.#deadlines.release();
  }

  /** A row of our own making: nobody waits for it, and it has no deadline. Pushed while a lane runs. */
  #unawaited(entry: AuditEntry, lost: () => void = () => undefined): PendingRow {
    const row = prepareRow(entry, this.#scanner);
    return {
      row,
      ms: systemClock.now(),
      entry,
      state: 'waiting',
      taken: false,
      resolve: () => undefined,
      reject: lost,
    };
  }

  #refused(pending: PendingRow, error: unknown): void {
    this.#options.warn('the database refused an audit row', error);
    this.#gap.note(pending.entry, pending.ms);
    if (pending.state === 'expired') this.accounting.undecided(pending.entry, -1);
    if (pending.state !== 'waiting') return;
    pending.state = 'settled';
    pending.reject(
      new AppError('AUDIT_ROW_REFUSED', 'the audit row of this call was refused by the database', {
        owner: 'gatehouse',
        cause: error,
      }),
    );
  }

  #lost(pending: PendingRow): void {
    const counted = isCount(pending);
    if (pending.state === 'expired') this.accounting.undecided(pending.entry, -1);
    if (!counted) this.#gap.note(pending.entry, pending.ms);
    if (pending.state === 'waiting' || counted) {
      pending.state = 'settled';
      pending.reject(unavailable('the audit log stopped'));
    }
  }

  #expire(pending: PendingRow): void {
    pending.state = 'expired';
    if (pending.taken) this.accounting.undecided(pending.entry, 1);
    else this.#gap.note(pending.entry, pending.ms);
    pending.reject(unavailable(`the audit log did not acknowledge within ${RECORD_DEADLINE_MS} ms`));
  }

  /** For another lane; those that nobody waits for any more are counted now, because no lane takes them. */
  #putBack(rows: readonly PendingRow[]): void {
    for (const row of rows) if (row.state === 'expired') this.#lost(row);
    this.#queue.putBack(rows.filter((row) => row.state !== 'expired'));
  }

  #unavailable(entry: AuditEntry, ms: number): Promise<never> {
    this.#gap.note(entry, ms);
    return Promise.reject(unavailable('the audit log is stopped'));
  }
}

/** Tells, before it settles, whoever collects the receipts of an answer. */
function noting(rows: CommittedRow[], settle: (receipt: AuditReceipt) => void) {
  return (receipt: AuditReceipt) => {
    rows.push({ rowId: receipt.id, ...(receipt.seal === undefined ? {} : { seal: receipt.seal }) });
    settle(receipt);
  };
}

/** A row of counts: should it be lost, what it counted is counted again. */
function isCount({ entry: { event } }: PendingRow): boolean {
  return event === 'audit.gap' || event === 'request.summarised';
}

function unavailable(message: string): AppError {
  return new AppError('AUDIT_UNAVAILABLE', message, {
    owner: 'operator',
    hint: 'see `gatehouse infra db status`',
  });
}
