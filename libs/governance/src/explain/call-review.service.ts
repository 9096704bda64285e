import { SCANNER, ScannedValue } from '@gatehouse/audit';
import type { CredentialOutcome } from '@gatehouse/identity';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Inject, Injectable } from '@nestjs/common';
import type { GovernedCall } from '../calls/governed-call.ts';
import { ORDERED_CHECKS } from '../checks/ordered-checks.ts';
import { runChecks, type Verdict } from '../checks/run-checks.ts';
import { LivePolicy } from '../policy/live-policy.ts';
import type { BudgetState } from '../rate-limits/budget.ts';
import { limitOf } from '../rate-limits/call-budgets.ts';

export interface ReviewedCall {
  readonly verdict: Verdict;
  readonly policyVersion: string;
}

/** Judges a call that ran without being decided (threat T14): what would have been said of it. */
@Injectable()
export class CallReview {
  constructor(
    @Inject(LivePolicy) private readonly policy: LivePolicy,
    @Inject(SCANNER) private readonly scanner: Scanner,
  ) {}

  /** Takes nothing from a budget, and records nothing: that is the caller's to do. Null where it cannot be judged. */
  review(call: GovernedCall, credential: CredentialOutcome & { ok: true }): ReviewedCall | null {
    try {
      const policy = this.policy.current();
      const limit = limitOf(policy.rateLimits, credential.principal.role);
      const budget: BudgetState = {
        limit,
        remaining: limit,
        retryAfterMs: 0,
        granted: true,
        ceiling: 'session',
      };
      const scanned = ScannedValue.of(this.scanner, call.input);
      const verdict = runChecks(ORDERED_CHECKS, { credential, call, scanned, policy, budget });
      return { verdict, policyVersion: policy.version };
    } catch {
      return null;
    }
  }
}
