import type { Session } from '../sessions/session.ts';

/**
 * What a client's hooks authenticate with: good for the hook endpoints alone, for 90 days, revoked with its session
 * (threat T4). Its id is its session's.
 */
export interface HookCredential {
  readonly id: Session['id'];
  readonly deviceId: string;
  readonly session: Session;
}
