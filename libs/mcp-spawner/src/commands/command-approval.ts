import { createHash } from 'node:crypto';
import { canonicalJson } from '@gatehouse/kernel';

export type CommandApprovalState = 'pending' | 'approved' | 'refused' | 'used' | 'expired';

/** A command that somebody asked for and that an administrator has to approve before it may run, once. */
export interface CommandApproval {
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  /** What stands behind `gatehouse`, argument by argument. */
  readonly argv: readonly string[];
  readonly requestedAt: Date;
  /** Until then it can be approved and used. */
  readonly expiresAt: Date;
  readonly state: CommandApprovalState;
  /** Whoever approved or refused it. */
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly usedAt: Date | null;
}

/** Who asks for a command: an approval is for that user's very session. */
export interface CommandCaller {
  readonly userId: string;
  readonly sessionId: string;
}

/** What an approval is bound to. SHA-256 in hex. */
export function argvHash(argv: readonly string[]): string {
  return createHash('sha256').update(canonicalJson(argv)).digest('hex');
}
