import type { Policy, RuleOutcome } from '@gatehouse/audit';
import type { Finding } from '@gatehouse/secret-scanner';
import type { BlocklistFinding } from '../blocklist/index.ts';

/** What one check sees of a call, whatever the others said. */
export interface ExplainedCheck {
  readonly rule: string;
  readonly result: RuleOutcome['result'];
  readonly detail: string;
  /** The line that decided: of a policy file, or of the blocklist's own rules. Null where none did. */
  readonly line: string | null;
}

/** What would be decided of a call, and why. Holds paths as they are: for those with `governance:explain` alone. */
export interface ExplainedCall {
  readonly decision: 'allow' | 'deny';
  readonly policy: Policy;
  readonly reason: string;
  readonly policyVersion: string;
  readonly checks: readonly ExplainedCheck[];
  readonly findings: readonly Finding[];
  readonly destructive: BlocklistFinding | null;
  /** Entries of `allow` in `secrets.yaml` whose last day is over. */
  readonly expired: number;
}
