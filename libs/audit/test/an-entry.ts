import { type AuditEntry, ScannedValue } from '@gatehouse/audit';
import {
  type AgentId,
  type ClientId,
  type ContextId,
  type JsonValue,
  newId,
  newTraceId,
  RequestContext,
  type RequestContextFields,
  type SessionId,
  type TaskId,
  type UserId,
} from '@gatehouse/kernel';
import { createScanner } from '@gatehouse/secret-scanner';

export const scanner = createScanner();

export function aContext(fields: Partial<RequestContextFields> = {}): RequestContext {
  return RequestContext.of({
    userId: newId<UserId>(),
    sessionId: newId<SessionId>(),
    rootSessionId: newId<SessionId>(),
    taskId: newId<TaskId>(),
    traceId: newTraceId(),
    contextId: newId<ContextId>(),
    clientId: 'claude-code' as ClientId,
    role: 'user',
    agentId: null as AgentId | null,
    ...fields,
  });
}

/** An allowed call with this input. */
export function anEntry(fields: Partial<AuditEntry> & { readonly value?: JsonValue } = {}): AuditEntry {
  const { value = { path: '/srv/notes.txt' }, ...entry } = fields;
  return {
    event: 'tool_call.decided',
    context: aContext(),
    action: 'mcp__filesystem__read_file',
    decision: 'allow',
    policy: 'default_allow',
    reason: 'All checks passed.',
    rules: [{ rule: 'token', result: 'pass', detail: 'session live', durationUs: 3 }],
    policyVersion: 'sha256:00',
    input: ScannedValue.of(scanner, value),
    ...entry,
  };
}
