import type { CallStatistics } from './governed-call.ts';
import type { SightedConnection } from './sighted-reads.ts';

/**
 * Decided calls since then, counted by action, decision and policy: the most frequent first, a thousand at most. Of whose
 * rows the connection was told to see; from the sums of `CallCounting`, and row by row what those do not hold.
 */
export async function countCalls(
  database: SightedConnection,
  since: Date,
): Promise<readonly CallStatistics[]> {
  const { rows } = await database.query<CallStatistics>(
    'select action, decision, policy, calls::int from audit_call_statistics($1)',
    [since],
  );
  return rows;
}
