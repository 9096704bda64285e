import type { SummaryCause } from '@gatehouse/audit';
import type { CheckSubject } from './check.ts';
import { checkRateLimit } from './check-rate-limit.ts';
import { ORDERED_CHECKS } from './ordered-checks.ts';
import { runChecks, type Verdict } from './run-checks.ts';

const DISK_FULL: Verdict = {
  decision: 'deny',
  policy: 'audit_unavailable',
  reason: "The audit log's disk budget is used up, so only an admin's calls are decided.",
  rules: [{ rule: 'disk_budget', result: 'fail', detail: 'used up', durationUs: 0 }],
};

/** The denial of a call that gets no row of its own. Nothing of its input is looked at. */
export function summarisedVerdict(cause: SummaryCause, subject: CheckSubject): Verdict {
  if (cause === 'disk_full') return DISK_FULL;
  return runChecks(subject.budget === null ? ORDERED_CHECKS : [checkRateLimit], subject);
}
