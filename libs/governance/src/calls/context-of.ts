import { currentTraceId } from '@gatehouse/audit';
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

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/**
 * The context of a call. `userId`, `sessionId` and `clientId` come from the token, or are those of an unknown
 * caller; the other three from the client where they have the right alphabet, else they are new (threat T16).
 */
export function contextOf(credential: CredentialOutcome, correlation: Correlation): RequestContext {
  const trace = traceOf(correlation.traceparent);
  const correlated = {
    traceId: trace?.traceId ?? currentTraceId() ?? newTraceId(),
    parentSpanId: trace?.spanId ?? null,
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
  return traceOf(traceparent)?.traceId ?? null;
}

/** `spanId`: the caller's; null where it is the one that stands for none. */
function traceOf(
  traceparent: string | undefined,
): { readonly traceId: TraceId; readonly spanId: string | null } | null {
  const read = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (read === null || read[1] === NO_TRACE) return null;
  return { traceId: read[1] as TraceId, spanId: read[2] === NO_SPAN ? null : read[2]! };
}

const NOBODY = {
  userId: 'anonymous' as UserId,
  sessionId: 'none' as SessionId,
  rootSessionId: 'none' as SessionId,
  clientId: 'none' as ClientId,
  role: 'anonymous',
  agentId: null,
} as const;
