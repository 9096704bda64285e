import type pg from 'pg';
import { auditCondition } from './audit-condition.ts';
import type { AuditVisibility } from './audit-filter.ts';

const DECIDED = ['tool_call.decided', 'model_call.decided'];
const COMPLETED = ['tool_call.completed', 'model_call.completed'];
const MAX_ACTIONS = 100;

/** Which calls to measure; every member narrows. */
export interface PerformanceFilter {
  readonly since: Date;
  readonly sessionId?: string;
  readonly agentId?: string;
}

/** How the calls of one action went; of all, where the action is null. */
export interface CallPerformance {
  readonly action: string | null;
  readonly calls: number;
  readonly denied: number;
  /** Those whose end is recorded. */
  readonly completed: number;
  /** Of these, those that did not end well. */
  readonly failed: number;
  /** Of the completed ones, in milliseconds; null where there are none. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  /** Decimal text: a bigint. */
  readonly cost_microdollars: string;
}

/** The sum of all first, then the most frequent actions. */
export async function measureCalls(
  database: Pick<pg.ClientBase, 'query'>,
  filter: PerformanceFilter,
  visibility: AuditVisibility,
): Promise<readonly CallPerformance[]> {
  const { text, values } = auditCondition(filter, visibility);
  const [decided, completed, limit] = [1, 2, 3].map((after) => `$${values.length + after}`);
  const duration = "(result ->> 'durationMs')::float8";
  const { rows } = await database.query<CallPerformance>(
    `select action,
            count(*) filter (where event = any(${decided}))::int as calls,
            count(*) filter (where event = any(${decided}) and decision = 'deny')::int as denied,
            count(*) filter (where event = any(${completed}))::int as completed,
            count(*) filter (where event = any(${completed}) and result ->> 'status' <> 'ok')::int as failed,
            percentile_disc(0.5) within group (order by ${duration}) as p50_ms,
            percentile_disc(0.95) within group (order by ${duration}) as p95_ms,
            coalesce(sum(cost_microdollars), 0)::text as cost_microdollars
       from audit_log where ${text} and (event = any(${decided}) or event = any(${completed}))
      group by grouping sets ((), (action))
      order by grouping(action) desc, calls desc, action limit ${limit}`,
    [...values, DECIDED, COMPLETED, MAX_ACTIONS + 1],
  );
  return rows;
}
