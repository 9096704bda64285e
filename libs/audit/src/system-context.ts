import {
  type AgentId,
  type ClientId,
  type ContextId,
  newId,
  newTraceId,
  RequestContext,
  type RequestContextFields,
  type SessionId,
  type TaskId,
  type UserId,
} from '@gatehouse/kernel';

/** The context of what Gatehouse does by itself: nobody's session, role `service`. */
export function systemContext(fields: Partial<RequestContextFields> = {}): RequestContext {
  return RequestContext.of({
    userId: 'system' as UserId,
    sessionId: 'none' as SessionId,
    rootSessionId: 'none' as SessionId,
    clientId: 'gatehouse' as ClientId,
    taskId: newId<TaskId>(),
    traceId: newTraceId(),
    contextId: newId<ContextId>(),
    role: 'service',
    agentId: null as AgentId | null,
    ...fields,
  });
}
