import type { BudgetState } from '@gatehouse/governance';

/** What is left of a caller's calls a minute, as header fields (draft-ietf-httpapi-ratelimit-headers-10). */
export function rateLimitHeaders(budget: BudgetState | null): Readonly<Record<string, string>> {
  if (budget === null) return {};
  const seconds = Math.ceil(budget.retryAfterMs / 1000);
  return {
    'ratelimit-policy': `"calls";q=${budget.limit};w=60`,
    ratelimit: `"calls";r=${budget.remaining}${seconds > 0 ? `;t=${seconds}` : ''}`,
  };
}
