import type { Policy, RuleOutcome } from '@gatehouse/audit';
import type { Check, CheckSubject } from './check.ts';

export interface Verdict {
  readonly decision: 'allow' | 'deny';
  readonly policy: Policy;
  readonly reason: string;
  readonly rules: readonly RuleOutcome[];
}

/** Runs the checks in order. A check that throws denies: any error is a deny. */
export function runChecks(checks: readonly Check[], subject: CheckSubject): Verdict {
  const rules: RuleOutcome[] = [];
  let denied: { policy: Policy; reason: string } | null = null;
  let startedAt = performance.now();
  for (const check of checks) {
    if (denied !== null) {
      rules.push({ rule: check.rule, result: 'skip', detail: 'already denied', durationUs: 0 });
      continue;
    }
    const verdict = guarded(check, subject);
    const endedAt = performance.now();
    const durationUs = Math.round((endedAt - startedAt) * 1000);
    startedAt = endedAt;
    rules.push({ rule: check.rule, result: verdict.result, detail: verdict.detail, durationUs });
    if (verdict.result === 'fail') denied = verdict;
  }
  if (denied !== null) return { decision: 'deny', policy: denied.policy, reason: denied.reason, rules };
  return { decision: 'allow', policy: 'default_allow', reason: 'All checks passed.', rules };
}

function guarded(check: Check, subject: CheckSubject) {
  try {
    return check.run(subject);
  } catch {
    // What was thrown may quote the call; the row names the check and nothing else.
    return {
      result: 'fail',
      detail: 'the check failed',
      policy: 'internal_error',
      reason: `The check ${check.rule} failed; the call is denied.`,
    } as const;
  }
}
