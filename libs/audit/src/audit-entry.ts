import type { JsonObject, RequestContext } from '@gatehouse/kernel';
import type { AuditEvent } from './audit-event.ts';
import type { Policy } from './policy.ts';
import type { ScannedValue } from './scanned-value.ts';

export interface RuleOutcome {
  readonly rule: string;
  readonly result: 'pass' | 'fail' | 'warn' | 'skip';
  readonly detail: string;
  /** Whole microseconds. */
  readonly durationUs: number;
}

export type CallStatus =
  | 'ok'
  | 'tool_error'
  | 'timeout'
  | 'unknown'
  | 'not_executed'
  | 'upstream_unavailable'
  /** The call waits for what its client has to answer first; the answer is a call of its own. */
  | 'input_required';

/** What a `…completed` row says of a call (column 17). */
export interface AuditResult {
  readonly status: CallStatus;
  readonly error: string | null;
  readonly tokens: { readonly input: number; readonly output: number } | null;
  readonly durationMs: number;
  readonly reportedBy: 'gatehouse' | 'client';
  /** What came back, scanned; null where there was nothing. */
  readonly output: ScannedValue | null;
}

/** One row before it is written. `AuditLog.record` gives it its id, its time and its place in a chain. */
export interface AuditEntry {
  readonly event: AuditEvent;
  readonly context: RequestContext;
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  readonly policy: Policy;
  /** One sentence for a person, made by us. */
  readonly reason: string;
  readonly rules?: readonly RuleOutcome[];
  readonly policyVersion?: string;
  /** What the caller sent; its redacted form is stored, erasable, under a commitment. */
  readonly input?: ScannedValue;
  /** What the client says of itself: recorded, never believed. */
  readonly claimed?: JsonObject;
  /** On a `…completed` row: the commitment of the decided row's content, repeated. */
  readonly inputCommitment?: string | null;
  /** Facts of events that are no calls (a policy's hash and diff, a gap's count): sealed with the row. */
  readonly detail?: JsonObject;
  readonly result?: AuditResult;
  readonly costMicrodollars?: bigint;
}

/** The seal that a row was committed with. */
export interface SealReceipt {
  readonly chain: string;
  readonly seq: bigint;
  readonly root: Buffer;
}

export interface AuditReceipt {
  /** What the caller can hold against a later bundle or proof. */
  readonly seal?: SealReceipt;
  /** UUIDv7 of the committed row. */
  readonly id: string;
  /** The commitment to the row's erasable content, null where it has none. */
  readonly commitment: string | null;
}
