import type { AuditEntry, AuditLog, AuditReceipt, CommittedRow } from '@gatehouse/audit';
import { AppError } from '@gatehouse/kernel';

/** A row that was handed in: its receipt, or null and the code of why there is none. */
export interface RecordedRow {
  readonly receipt: AuditReceipt | null;
  readonly code: string;
}

/** Never rejects, never throws. */
export function recordRow(audit: Pick<AuditLog, 'record'>, entry: AuditEntry): Promise<RecordedRow> {
  try {
    return audit.record(entry).then(recorded, unrecorded);
  } catch (error) {
    return Promise.resolve(unrecorded(error));
  }
}

/** The row as its caller may keep it; none where it could not be written. */
export function committedRow(receipt: AuditReceipt | null): CommittedRow {
  if (receipt === null) return { rowId: null };
  return { rowId: receipt.id, ...(receipt.seal === undefined ? {} : { seal: receipt.seal }) };
}

function recorded(receipt: AuditReceipt): RecordedRow {
  return { receipt, code: '' };
}

function unrecorded(error: unknown): RecordedRow {
  return { receipt: null, code: error instanceof AppError ? error.code : 'unknown' };
}
