import {
  type AgentId,
  type ClientId,
  isCorrelationId,
  isJsonObject,
  type JsonValue,
  type SessionId,
  type UserId,
} from '@gatehouse/kernel';
import { MAX_ACTORS, MAX_SCOPES } from '../sessions/session-limits.ts';

/** What an access token says (RFC 9068). Role and status are not among it: those are the stored session's to say. */
export interface AccessTokenClaims {
  readonly audience: string;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly clientId: ClientId;
  readonly agentId: AgentId | null;
  /** The agents that act for the user, first to last (`act`, RFC 8693 section 4.1). */
  readonly actors: readonly AgentId[];
  /** Null where the token is bound to none: then to whatever its session is bound to. */
  readonly scopes: readonly string[] | null;
  readonly tokenId: string;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

const NAMES = new Set([
  'iss',
  'aud',
  'sub',
  'sid',
  'client_id',
  'agent',
  'act',
  'scope',
  'jti',
  'iat',
  'nbf',
  'exp',
]);
const SCOPE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The claims of a payload of exactly the shape that we issue, or undefined. `nbf` is read, never written. */
export function claimsOf(payload: JsonValue, issuer: string): AccessTokenClaims | undefined {
  if (!isJsonObject(payload)) return undefined;
  for (const name of Object.keys(payload)) if (!NAMES.has(name)) return undefined;
  const { iss, aud, sub, sid, client_id: clientId, agent, act, scope, jti, iat, nbf, exp } = payload;
  if (iss !== issuer || typeof aud !== 'string') return undefined;
  if (!isCorrelationId(sub) || !isCorrelationId(sid) || !isCorrelationId(clientId)) return undefined;
  if (!isCorrelationId(jti)) return undefined;
  if (agent !== undefined && !isCorrelationId(agent)) return undefined;
  if (!isSeconds(iat) || !isSeconds(exp) || exp <= iat) return undefined;
  if (nbf !== undefined && !isSeconds(nbf)) return undefined;
  const actors = actorsOf(act);
  if (actors === undefined || (act !== undefined && actors.at(-1) !== agent)) return undefined;
  const scopes = scope === undefined ? null : scopesOf(scope);
  if (scopes === undefined) return undefined;
  return {
    audience: aud,
    userId: sub as UserId,
    sessionId: sid as SessionId,
    clientId: clientId as ClientId,
    agentId: agent === undefined ? null : (agent as AgentId),
    actors,
    scopes,
    tokenId: jti,
    issuedAtMs: Math.max(iat, nbf ?? 0) * 1000,
    expiresAtMs: exp * 1000,
  };
}

/** The chain as a claim: the agent that acts now outside, the one that it acts for within. */
export function actClaim(actors: readonly string[]): { act?: ActClaim } {
  let act: ActClaim | undefined;
  for (const sub of actors) act = act === undefined ? { sub } : { sub, act };
  return act === undefined ? {} : { act };
}

interface ActClaim {
  readonly sub: string;
  readonly act?: ActClaim;
}

function actorsOf(act: JsonValue | undefined): readonly AgentId[] | undefined {
  const actors: AgentId[] = [];
  for (let level = act; level !== undefined; ) {
    if (!isJsonObject(level) || actors.length === MAX_ACTORS) return undefined;
    const { sub, act: within, ...rest } = level;
    if (!isCorrelationId(sub) || Object.keys(rest).length > 0) return undefined;
    actors.unshift(sub as AgentId);
    level = within;
  }
  return actors;
}

function scopesOf(scope: JsonValue): readonly string[] | undefined {
  if (typeof scope !== 'string') return undefined;
  const scopes = scope === '' ? [] : scope.split(' ');
  return scopes.length <= MAX_SCOPES && scopes.every((one) => SCOPE.test(one)) ? scopes : undefined;
}

function isSeconds(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
