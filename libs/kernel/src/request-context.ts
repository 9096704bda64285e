import { AppError } from './app-error.ts';
import type { AgentId, ClientId, ContextId, SessionId, TaskId, TraceId, UserId } from './ids.ts';
import type { Role } from './role.ts';

/** What a context is made of. Each of the six ids is required; the compiler and the constructor both insist. */
export interface RequestContextFields {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly taskId: TaskId;
  readonly traceId: TraceId;
  readonly contextId: ContextId;
  readonly clientId: ClientId;
  /** The effective role: of the stored session, never of the token's claim. */
  readonly role: Role;
  readonly agentId: AgentId | null;
  /** The session that a chain of refreshes and delegations began with; budgets count against it too. */
  readonly rootSessionId: SessionId;
  /** The span of the caller's that this is done for (W3C Trace Context): 16 hex digits; null where none is told. */
  readonly parentSpanId?: string | null;
}

/** Who calls, and what the call belongs to. Frozen, and nominal: only `RequestContext.of` makes one. */
export class RequestContext implements RequestContextFields {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly taskId: TaskId;
  readonly traceId: TraceId;
  readonly contextId: ContextId;
  readonly clientId: ClientId;
  readonly role: Role;
  readonly agentId: AgentId | null;
  readonly rootSessionId: SessionId;
  readonly parentSpanId: string | null;

  private constructor(fields: RequestContextFields) {
    this.userId = fields.userId;
    this.sessionId = fields.sessionId;
    this.taskId = fields.taskId;
    this.traceId = fields.traceId;
    this.contextId = fields.contextId;
    this.clientId = fields.clientId;
    this.role = fields.role;
    this.agentId = fields.agentId;
    this.rootSessionId = fields.rootSessionId;
    this.parentSpanId = fields.parentSpanId ?? null;
    Object.freeze(this);
  }

  /** @throws AppError `KERNEL_CONTEXT_INCOMPLETE` when one of the six ids is empty. */
  static of(fields: RequestContextFields): RequestContext {
    for (const name of ['userId', 'sessionId', 'taskId', 'traceId', 'contextId', 'clientId'] as const) {
      if (typeof fields[name] !== 'string' || fields[name].length === 0) {
        throw new AppError('KERNEL_CONTEXT_INCOMPLETE', `a request context needs its ${name}`, {
          owner: 'gatehouse',
        });
      }
    }
    return new RequestContext(fields);
  }
}
