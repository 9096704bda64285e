import type { AuditEntry, AuditReceipt } from '../audit-entry.ts';
import type { PreparedRow } from '../row/prepared-row.ts';

/** A row on its way to the database, and who waits for it. */
export interface PendingRow {
  readonly row: PreparedRow;
  /** Wall-clock milliseconds when it was handed in. */
  readonly ms: number;
  /** Kept for rows whose late commit needs an answer: an allowed call that was denied meanwhile. */
  readonly entry: AuditEntry;
  state: 'waiting' | 'expired' | 'settled';
  /** Whether a lane has it: what became of it is then the lane's to say. */
  taken: boolean;
  resolve(receipt: AuditReceipt): void;
  reject(error: Error): void;
}
