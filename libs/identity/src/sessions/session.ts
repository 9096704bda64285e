import type { AgentId, ClientId, SessionId, UserId } from '@gatehouse/kernel';

/**
 * `user`: from a login. `agent`: an agent's, from a user's. `hook`: that of a hook credential. `browser`: of a cookie.
 * `key`: of an API key.
 */
export type SessionKind = 'user' | 'agent' | 'hook' | 'browser' | 'key';

/** Sessions that last beyond a login and end by name, not with a change of role or when there are too many. */
export const LASTING_KINDS: readonly SessionKind[] = ['hook', 'key'];

export type RevokedReason =
  | 'logout'
  | 'least_recently_used'
  | 'role_changed'
  | 'department_changed'
  | 'user_suspended'
  | 'user_deleted'
  | 'root_revoked'
  | 'operator'
  | 'token_replayed'
  | 'client_removed';

export interface Session {
  readonly id: SessionId;
  /** Its own id, or of an agent's session the user's session that it came from and ends with. */
  readonly rootSessionId: SessionId;
  readonly userId: UserId;
  readonly clientId: ClientId;
  readonly agentId: AgentId | null;
  readonly kind: SessionKind;
  /** The scopes that its tokens carry at most; null: whatever its user may do. */
  readonly scopes: readonly string[] | null;
  /** Of an agent's session: the agents that act for the user, first to last, its own among them. */
  readonly actors: readonly AgentId[];
  /** Of an agent's session: the agents' sessions between the root and itself. */
  readonly delegatorIds: readonly SessionId[];
  /** Ids of access tokens that were revoked one by one. */
  readonly revokedTokenIds: readonly string[];
  readonly createdAt: Date;
  /** Behind the truth by half a minute at most. */
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly revokedReason: RevokedReason | null;
}

/** Whether tokens of the session can still be good, its user permitting. */
export function isLive(session: Session, nowMs: number): boolean {
  return session.revokedAt === null && session.expiresAt.getTime() > nowMs;
}
