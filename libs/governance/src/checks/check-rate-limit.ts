import { type Check, fail, pass } from './check.ts';

/** 5. Within the calls a minute of the session, its root session and its user. */
export const checkRateLimit: Check = {
  rule: 'rate_limit',
  run({ budget }) {
    if (budget === null) return fail('token_invalid', 'The caller is unknown.', 'no principal');
    if (budget.unverified === true) {
      const reason = 'The call budget cannot be verified now, so no call is allowed.';
      return fail('audit_unavailable', reason, 'the database did not answer in time');
    }
    const state = `${budget.remaining} of ${budget.limit} calls a minute left for this ${budget.ceiling}`;
    if (budget.granted) return pass(state);
    const seconds = Math.ceil(budget.retryAfterMs / 1000);
    return fail(
      'rate_limited',
      `More than ${budget.limit} calls a minute for this ${budget.ceiling}; try again in ${seconds} s.`,
      state,
    );
  },
};
