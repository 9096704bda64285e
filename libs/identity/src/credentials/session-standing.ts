import type { AgentId, ClientId, Role, SessionId, UserId } from '@gatehouse/kernel';

/** A session with its user, as the database had them at one moment. */
export interface SessionStanding {
  readonly sessionId: SessionId;
  readonly rootSessionId: SessionId;
  readonly userId: UserId;
  readonly clientId: ClientId;
  readonly agentId: AgentId | null;
  readonly actors: readonly AgentId[];
  readonly scopes: readonly string[] | null;
  readonly revokedTokenIds: readonly string[];
  readonly kind: 'user' | 'agent' | 'hook';
  readonly role: Role;
  readonly department: string | null;
  readonly userActive: boolean;
  /** The session itself or one that it came from. */
  readonly revoked: boolean;
  /** The session's end or that of the one it came from, whichever is first. */
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number;
  /** Of the hook credential that the session belongs to. */
  readonly hookHash: Buffer | null;
  readonly hookDeviceId: string | null;
  readonly hookSettingsHash: string | null;
}
