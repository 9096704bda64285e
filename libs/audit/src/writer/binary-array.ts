import type { ScratchBuffer } from './scratch-buffer.ts';

/** PostgreSQL type oids of the columns. */
export const OID = { int8: 20, text: 25, json: 114, timestamptz: 1184, uuid: 2950 } as const;

/** Microseconds from the Unix epoch to PostgreSQL's, 2000-01-01. */
const PG_EPOCH_MS = 946_684_800_000;

/**
 * One-dimensional arrays in PostgreSQL's binary format: half the server's work of text parameters. Each function
 * writes into the scratch buffer and returns the slice that is the parameter.
 */
export function textArray(scratch: ScratchBuffer, oid: number, values: readonly (string | null)[]): Buffer {
  const start = beginArray(scratch, oid, values.length, values.includes(null));
  for (const value of values) {
    if (value === null) scratch.int32(-1);
    else scratch.sizedText(value);
  }
  return scratch.from(start);
}

/** `ids` holds `n` ids of 16 bytes, one behind the other. */
export function uuidArray(scratch: ScratchBuffer, ids: Buffer, n: number): Buffer {
  const start = beginArray(scratch, OID.uuid, n, false);
  for (let i = 0; i < n; i += 1) {
    scratch.int32(16);
    scratch.bytes(ids, i * 16, 16);
  }
  return scratch.from(start);
}

export function timestampArray(scratch: ScratchBuffer, milliseconds: readonly number[]): Buffer {
  const start = beginArray(scratch, OID.timestamptz, milliseconds.length, false);
  for (const ms of milliseconds) {
    scratch.int32(8);
    scratch.int64(BigInt(ms - PG_EPOCH_MS) * 1000n);
  }
  return scratch.from(start);
}

export function bigintArray(scratch: ScratchBuffer, values: readonly bigint[]): Buffer {
  const start = beginArray(scratch, OID.int8, values.length, false);
  for (const value of values) {
    scratch.int32(8);
    scratch.int64(value);
  }
  return scratch.from(start);
}

function beginArray(scratch: ScratchBuffer, oid: number, length: number, hasNull: boolean): number {
  const start = scratch.position;
  scratch.int32(1);
  scratch.int32(hasNull ? 1 : 0);
  scratch.int32(oid);
  scratch.int32(length);
  scratch.int32(1);
  return start;
}
