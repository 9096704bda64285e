import type { Check } from './check.ts';
import { checkBlocklist } from './check-blocklist.ts';
import { checkRateLimit } from './check-rate-limit.ts';
import { checkScope } from './check-scope.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkToken } from './check-token.ts';

/** The pipeline, in order. The first failure denies; the rest are skipped. */
export const ORDERED_CHECKS: readonly Check[] = [
  checkToken,
  checkScope,
  checkSecrets,
  checkBlocklist,
  checkRateLimit,
];
