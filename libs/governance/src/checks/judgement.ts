import type { ScannedValue } from '@gatehouse/audit';
import type { BudgetState } from '../rate-limits/budget.ts';
import type { WrittenScript } from '../written/written-script.ts';
import type { Verdict } from './run-checks.ts';

/** What the checks made of a call, before it is on record. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly policyVersion: string;
  readonly scanned: ScannedValue | null;
  readonly budget: BudgetState | null;
  /** What the call wrote that would be denied if it ran. */
  readonly written: readonly WrittenScript[];
}

/** Whatever could not be judged is a deny. */
export const UNJUDGED: Judgement = {
  verdict: {
    decision: 'deny',
    policy: 'internal_error',
    reason: 'The call could not be judged.',
    rules: [
      { rule: 'pipeline', result: 'fail', detail: 'failed before the checks were done', durationUs: 0 },
    ],
  },
  policyVersion: 'unknown',
  scanned: null,
  budget: null,
  written: [],
};
