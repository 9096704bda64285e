/** How a policy came into force. */
export type PolicyKind = 'first' | 'files' | 'applied' | 'break_glass' | 'reverted';

/** The latest line of `policy_applications`: what every process on this database has to hold. */
export interface AppliedPolicy {
  readonly id: string;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly kind: PolicyKind;
  readonly userId: string | null;
  readonly reason: string | null;
  readonly at: Date;
  /** Of a break-glass: when the policy before it holds again. */
  readonly revertsAt: Date | null;
  /** By the database's clock, that moment is over. */
  readonly expired: boolean;
}

export interface NewAppliedPolicy {
  readonly version: string;
  readonly previousVersion: string | null;
  readonly kind: PolicyKind;
  readonly by?: { readonly userId: string; readonly sessionId: string };
  readonly reason?: string;
  readonly revertsAfterMinutes?: number;
  readonly reverts?: string;
}

/** What is to hold: after a break-glass is over, what it replaced, also while nobody has written the revert. */
export function versionInForce({ version, previousVersion, expired }: AppliedPolicy): string {
  return expired && previousVersion !== null ? previousVersion : version;
}
