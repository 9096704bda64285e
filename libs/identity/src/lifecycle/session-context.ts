import {
  type ContextId,
  newId,
  newTraceId,
  RequestContext,
  type RequestContextFields,
  type Role,
  type TaskId,
} from '@gatehouse/kernel';
import type { Session } from '../sessions/session.ts';

/** The context of what is done in a session of a user with this role, as a trace of its own unless `fields` say. */
export function sessionContext(
  session: Session,
  role: Role,
  fields: Partial<Pick<RequestContextFields, 'taskId' | 'traceId' | 'contextId'>> = {},
): RequestContext {
  return RequestContext.of({
    userId: session.userId,
    sessionId: session.id,
    rootSessionId: session.rootSessionId,
    clientId: session.clientId,
    agentId: session.agentId,
    role,
    taskId: newId<TaskId>(),
    traceId: newTraceId(),
    contextId: newId<ContextId>(),
    ...fields,
  });
}
