import type { Verdict } from './run-checks.ts';

/** A decision without a row is a deny, whatever the checks said. */
export function unrecorded(verdict: Verdict, code: string): Verdict {
  if (code === 'AUDIT_ROW_REFUSED') {
    return {
      ...verdict,
      decision: 'deny',
      policy: 'internal_error',
      reason: 'The call could not be recorded.',
    };
  }
  return {
    ...verdict,
    decision: 'deny',
    policy: 'audit_unavailable',
    reason: 'The audit log cannot be written now, so no call is allowed.',
  };
}
