import type { AppliedPolicy } from './applied-policy.ts';
import type { PendingPolicy, PolicyApproval } from './policy-ledger.queries.ts';

/** Which policy is in force, and what waits. */
export interface PolicyStatus {
  readonly mode: 'evaluation' | 'production';
  /** What this process decides by. */
  readonly version: string;
  /** What is in force everywhere, and since when; null before the first start. */
  readonly inForce: AppliedPolicy | null;
  /** Whether this process holds it. */
  readonly inStep: boolean;
  readonly pending: {
    readonly version: string;
    readonly previousVersion: string;
    readonly files: readonly string[];
    readonly diff: string;
    /** Administrators who stand by it so far. */
    readonly approvals: readonly PolicyApproval[];
  } | null;
  /** Changes that wait at other replicas, or waited here before. */
  readonly elsewhere: readonly PendingPolicy[];
  /** Why the files cannot be used; empty when they can. */
  readonly problems: readonly string[];
}
