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

/** A time-ordered UUIDv7 (RFC 9562 section 5.7), lower case. Its milliseconds never go back within a process. */
export function newId<T extends string = string>(): T {
  if (used + 10 > POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  lastMs = Math.max(lastMs, Date.now());
  const time = lastMs.toString(16).padStart(12, '0');
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  const variant = '89ab'[Number.parseInt(random[3]!, 16) & 3]!;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}` as T;
}

/** A fresh trace id in the form W3C Trace Context gives it: 32 hex digits, not all zero. */
export function newTraceId(): TraceId {
  return newId().replaceAll('-', '') as TraceId;
}
