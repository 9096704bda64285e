import type { ScratchBuffer } from './scratch-buffer.ts';

/** PostgreSQL type oids of the columns. */
export const OID = { int8: 20, text: 25, json: 114, timestamptz: 1184, uuid: 2950 } as const;

/** Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01. */
const PG_EPOCH_MS = 946_684_800_000;

/**
 * One-dimensional arrays in PostgreSQL's binary format, half the server's work of text parameters: each with its length
 * before it, as a parameter stands in a Bind message.
 */
export function textArray<T>(
  scratch: ScratchBuffer,
  oid: number,
  rows: readonly T[],
  of: (row: T) => string | null,
): void {
  array(scratch, oid, rows.length, () => {
    for (const row of rows) {
      const text = of(row);
      if (text === null) scratch.int32(-1);
      else scratch.sizedText(text);
    }
  });
}

/** `ids` holds `n` ids of 16 bytes, one behind the other. */
export function uuidArray(scratch: ScratchBuffer, ids: Buffer, n: number): void {
  array(scratch, OID.uuid, n, () => {
    for (let i = 0; i < n; i += 1) {
      scratch.int32(16);
      scratch.bytes(ids, i * 16, i * 16 + 16);
    }
  });
}

export function timestampArray(scratch: ScratchBuffer, milliseconds: readonly number[]): void {
  array(scratch, OID.timestamptz, milliseconds.length, () => {
    for (const ms of milliseconds) {
      scratch.int32(8);
      scratch.int64(BigInt(ms - PG_EPOCH_MS) * 1000n);
    }
  });
}

export function bigintArray<T>(scratch: ScratchBuffer, rows: readonly T[], of: (row: T) => bigint): void {
  array(scratch, OID.int8, rows.length, () => {
    for (const row of rows) {
      scratch.int32(8);
      scratch.int64(of(row));
    }
  });
}

function array(scratch: ScratchBuffer, oid: number, length: number, elements: () => void): void {
  scratch.sized(() => {
    scratch.int32(1);
    // Whether an element may be null: the server looks for itself.
    scratch.int32(1);
    scratch.int32(oid);
    scratch.int32(length);
    scratch.int32(1);
    elements();
  });
}
