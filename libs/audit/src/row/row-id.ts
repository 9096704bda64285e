const NUMBER_LOW_BITS = 2 ** 30;
export const MAX_ROW_NUMBER = 2 ** 42 - 1;

/**
 * The id of an audit row: a UUIDv7 (RFC 9562 section 5.7) whose random part says where the row stands.
 *
 *     48 bits milliseconds | 0111 | 12 bits number (high) | 10 | 30 bits number (low) | 32 bits lane
 *
 * Row numbers are gapless in their lane, so a missing one is seen.
 */
export interface RowPosition {
  readonly ms: number;
  readonly number: number;
  readonly lane: number;
}

/** Writes the 16 bytes of a row id at `offset`. */
export function writeRowId(target: Buffer, offset: number, { ms, number, lane }: RowPosition): void {
  const high = Math.floor(number / NUMBER_LOW_BITS);
  const low = number % NUMBER_LOW_BITS;
  target.writeUIntBE(ms, offset, 6);
  target.writeUInt16BE(0x7000 + high, offset + 6);
  target.writeUInt32BE(0x80000000 + low, offset + 8);
  target.writeUInt32BE(lane, offset + 12);
}

/** Where a row stands, read from its id. */
export function rowPosition(id: string): RowPosition {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return {
    ms: bytes.readUIntBE(0, 6),
    number: (bytes.readUInt16BE(6) & 0x0fff) * NUMBER_LOW_BITS + (bytes.readUInt32BE(8) & 0x3fffffff),
    lane: bytes.readUInt32BE(12),
  };
}
