import type { Policy, ScannedValue } from '@gatehouse/audit';
import type { CredentialOutcome } from '@gatehouse/identity';
import type { ScriptMemory } from '../blocklist/index.ts';
import type { GovernedCall } from '../calls/governed-call.ts';
import type { CompiledPolicy } from '../policy/compiled-policy.ts';
import type { BudgetState } from '../rate-limits/budget.ts';

/** Everything that a check may look at. Checks are pure: the clock and the counters were read before. */
export interface CheckSubject {
  readonly credential: CredentialOutcome;
  readonly call: GovernedCall;
  readonly scanned: ScannedValue;
  readonly policy: CompiledPolicy;
  /** Null without a valid token. */
  readonly budget: BudgetState | null;
  /** What the root session wrote before; absent without a valid token. */
  readonly scripts?: ScriptMemory;
  /** The root session came up with own secrets too often, not long ago. */
  readonly isLocked?: boolean;
}

/** What one check found. `detail` stands in the row, `reason` is shown to the caller; neither quotes the call. */
export type CheckVerdict =
  | { readonly result: 'pass' | 'warn'; readonly detail: string }
  | { readonly result: 'fail'; readonly detail: string; readonly policy: Policy; readonly reason: string };

/** One rule of the pipeline. */
export interface Check {
  readonly rule: string;
  run(subject: CheckSubject): CheckVerdict;
}

export function pass(detail: string): CheckVerdict {
  return { result: 'pass', detail };
}

export function fail(policy: Policy, reason: string, detail: string): CheckVerdict {
  return { result: 'fail', policy, reason, detail };
}
