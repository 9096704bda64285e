import type { CredentialOutcome } from '@gatehouse/identity';
import {
  type ClientId,
  type ContextId,
  isCorrelationId,
  type JsonObject,
  newId,
  newTraceId,
  RequestContext,
  type SessionId,
  type TaskId,
  type TraceId,
  type UserId,
} from '@gatehouse/kernel';
import type { Correlation } from './governed-call.ts';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;
const NO_TRACE = '0'.repeat(32);

/**
 * The context of a call. `userId`, `sessionId` and `clientId` come from the token, or are those of an unknown
 * caller; the other three from the client where they have the right alphabet, else they are new (threat T16).
 */
export function contextOf(credential: CredentialOutcome, correlation: Correlation): RequestContext {
  const correlated = {
    traceId: traceIdOf(correlation.traceparent) ?? newTraceId(),
    taskId: isCorrelationId(correlation.taskId) ? (correlation.taskId as TaskId) : newId<TaskId>(),
    contextId: isCorrelationId(correlation.contextId)
      ? (correlation.contextId as ContextId)
      : newId<ContextId>(),
  };
  if (!credential.ok) return RequestContext.of({ ...NOBODY, ...correlated });
  const { userId, sessionId, rootSessionId, clientId, role, agentId } = credential.principal;
  return RequestContext.of({ userId, sessionId, rootSessionId, clientId, role, agentId, ...correlated });
}

/** The ids that a client sent and that could not stand: kept under `claimed`. */
export function replacedIds(correlation: Correlation): JsonObject {
  const replaced: Record<string, string> = {};
  for (const name of ['taskId', 'contextId'] as const) {
    const value: string = correlation[name] ?? '';
    const stands: boolean = isCorrelationId(value);
    if (value !== '' && !stands) replaced[name] = value.slice(0, 256);
  }
  if (correlation.traceparent !== undefined && traceIdOf(correlation.traceparent) === null) {
    replaced.traceparent = correlation.traceparent.slice(0, 256);
  }
  return replaced;
}

/** The trace id of a W3C `traceparent` header; null when it is none. */
export function traceIdOf(traceparent: string | undefined): TraceId | null {
  const traceId = traceparent === undefined ? undefined : TRACEPARENT.exec(traceparent)?.[1];
  return traceId === undefined || traceId === NO_TRACE ? null : (traceId as TraceId);
}

const NOBODY = {
  userId: 'anonymous' as UserId,
  sessionId: 'none' as SessionId,
  rootSessionId: 'none' as SessionId,
  clientId: 'none' as ClientId,
  role: 'anonymous',
  agentId: null,
} as const;
