import type { JsonObject } from '@gatehouse/kernel';
import type { AuditEvent } from '../audit-event.ts';
import type { Policy } from '../policy.ts';

/** A row as it is read: the 18 columns under their own names. */
export interface AuditRow {
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly occurred_at: string;
  readonly event: AuditEvent;
  readonly user_id: string;
  readonly session_id: string;
  readonly task_id: string;
  readonly trace_id: string;
  readonly context_id: string;
  readonly client_id: string;
  readonly role: string;
  readonly agent_id: string | null;
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  readonly policy: Policy;
  readonly reason: string;
  readonly evaluation: JsonObject;
  readonly result: JsonObject | null;
  /** Decimal text: a bigint. */
  readonly cost_microdollars: string;
}
