import {
  type AgentId,
  type ClientId,
  isCorrelationId,
  isJsonObject,
  type JsonValue,
  type SessionId,
  type UserId,
} from '@gatehouse/kernel';

/** What an access token says (RFC 9068 without scopes: what it may do stands in the stored session's role). */
export interface AccessTokenClaims {
  readonly audience: string;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly clientId: ClientId;
  readonly agentId: AgentId | null;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

const NAMES = new Set(['iss', 'aud', 'sub', 'sid', 'client_id', 'agent', 'jti', 'iat', 'nbf', 'exp']);

/** The claims of a payload of exactly the shape that we issue, or undefined. `nbf` is read, never written. */
export function claimsOf(payload: JsonValue, issuer: string): AccessTokenClaims | undefined {
  if (!isJsonObject(payload)) return undefined;
  for (const name of Object.keys(payload)) if (!NAMES.has(name)) return undefined;
  const { iss, aud, sub, sid, client_id: clientId, agent, jti, iat, nbf, exp } = payload;
  if (iss !== issuer || typeof aud !== 'string') return undefined;
  if (!isCorrelationId(sub) || !isCorrelationId(sid) || !isCorrelationId(clientId)) return undefined;
  if (!isCorrelationId(jti)) return undefined;
  if (agent !== undefined && !isCorrelationId(agent)) return undefined;
  if (!isSeconds(iat) || !isSeconds(exp) || exp <= iat) return undefined;
  if (nbf !== undefined && !isSeconds(nbf)) return undefined;
  return {
    audience: aud,
    userId: sub as UserId,
    sessionId: sid as SessionId,
    clientId: clientId as ClientId,
    agentId: agent === undefined ? null : (agent as AgentId),
    issuedAtMs: Math.max(iat, nbf ?? 0) * 1000,
    expiresAtMs: exp * 1000,
  };
}

function isSeconds(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
