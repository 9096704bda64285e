import type { AuditEvent } from '@gatehouse/audit';
import type { JsonObject, RequestContext } from '@gatehouse/kernel';

/** One row about a change of users, sessions or credentials. Ids only: no name and no address (threat T9). */
export interface LifecycleEvent {
  readonly event: AuditEvent;
  /** Who made the change. */
  readonly actor: RequestContext;
  /** What was asked for, such as `users.suspend`. */
  readonly action: string;
  readonly reason: string;
  readonly detail: JsonObject;
}
