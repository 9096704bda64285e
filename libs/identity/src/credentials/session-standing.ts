import type { AgentId, ClientId, Role, SessionId, UserId } from '@gatehouse/kernel';
import type { BrowserProof } from '../browser-sessions/browser-session.ts';
import type { SessionKind } from '../sessions/session.ts';

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
  readonly kind: SessionKind;
  readonly role: Role;
  readonly department: string | null;
  readonly userActive: boolean;
  /** The session itself or one that it came from. */
  readonly revoked: boolean;
  /** The session's end or that of the one it came from, whichever is first. */
  readonly expiresAtMs: number;
  readonly lastUsedAtMs: number;
  /** SHA-256 of what stands for the session where that is no token. */
  readonly credentialHash: Buffer | null;
  readonly hookDeviceId: string | null;
  readonly hookSettingsHash: string | null;
  readonly browserProof: BrowserProof | null;
}
