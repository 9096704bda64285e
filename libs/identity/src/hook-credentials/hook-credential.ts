import type { Session } from '../sessions/session.ts';

/**
 * What a client's hooks authenticate with: good for the hook endpoints alone, for 90 days, revoked with its session
 * (threat T4). Its id is its session's.
 */
export interface HookCredential {
  readonly id: Session['id'];
  readonly deviceId: string;
  /** SHA-256, hex: what the hooks' settings were when they were installed. Null: this client does not report it. */
  readonly settingsHash: string | null;
  readonly session: Session;
}
