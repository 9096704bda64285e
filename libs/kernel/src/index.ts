export { AppError, type AppErrorOptions, type ErrorOwner } from './app-error.ts';
export type { Brand } from './brand.ts';
export { type Clock, systemClock } from './clock.ts';
export { isCorrelationId } from './correlation-id.ts';
export { given } from './given.ts';
export {
  type AgentId,
  type ClientId,
  type ContextId,
  newId,
  newTraceId,
  type RowId,
  type SessionId,
  type TaskId,
  type TraceId,
  type UserId,
  uuidText,
} from './ids.ts';
export { canonicalJson } from './json/canonical.ts';
export { deepFreeze } from './json/freeze.ts';
export { isJsonObject, type JsonObject, type JsonValue } from './json/json-value.ts';
export {
  MAX_JSON_DEPTH,
  parseStrictJson,
  type StrictJson,
  type StrictJsonProblem,
} from './json/parse-strict.ts';
export { RequestContext, type RequestContextFields } from './request-context.ts';
export { isRole, ROLES, type Role } from './role.ts';
export { Secret } from './secret.ts';
