import { randomFillSync } from 'node:crypto';
import type { Brand } from './brand.ts';

export type UserId = Brand<string, 'UserId'>;
export type SessionId = Brand<string, 'SessionId'>;
export type TaskId = Brand<string, 'TaskId'>;
export type TraceId = Brand<string, 'TraceId'>;
export type ContextId = Brand<string, 'ContextId'>;
export type ClientId = Brand<string, 'ClientId'>;
export type AgentId = Brand<string, 'AgentId'>;
export type RowId = Brand<string, 'RowId'>;

const POOL_BYTES = 4096;
const pool = Buffer.alloc(POOL_BYTES);
let used = POOL_BYTES;
let lastMs = 0;
const fresh = Buffer.alloc(16);

/** A time-ordered UUIDv7 (RFC 9562 section 5.7), lower case. Its milliseconds never go back within a process. */
export function newId<T extends string = string>(): T {
  drawFresh();
  return uuidText(fresh, 0) as T;
}

/** A fresh trace id in the form W3C Trace Context gives it: 32 hex digits, not all zero. */
export function newTraceId(): TraceId {
  drawFresh();
  return fresh.toString('hex') as TraceId;
}

const TEXT = Buffer.from('00000000-0000-0000-0000-000000000000');
/** Where each byte's two digits stand in the text. */
const PLACES = Uint8Array.of(0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34);
const DIGITS = Buffer.from('0123456789abcdef');

/** The text form, lower case, of the UUID whose 16 bytes stand at `offset`. One string, and not many joined: ids are kept. */
export function uuidText(source: Uint8Array, offset: number): string {
  for (let i = 0; i < 16; i += 1) {
    const byte = source[offset + i]!;
    const place = PLACES[i]!;
    TEXT[place] = DIGITS[byte >> 4]!;
    TEXT[place + 1] = DIGITS[byte & 15]!;
  }
  return TEXT.toString('latin1');
}

/** The bytes of a new UUIDv7. */
function drawFresh(): void {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  lastMs = Math.max(lastMs, Date.now());
  fresh.writeUIntBE(lastMs, 0, 6);
  for (let i = 0; i < 10; i += 1) fresh[6 + i] = pool[used + i]!;
  used += 10;
  fresh[6] = 0x70 | (fresh[6]! & 0x0f);
  fresh[8] = 0x80 | (fresh[8]! & 0x3f);
}
