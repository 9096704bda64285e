import type pg from 'pg';
import { auditCondition } from './audit-condition.ts';
import type { AuditPage, AuditVisibility } from './audit-filter.ts';
import type { CallFilter, CallStatistics, GovernedCallRow, TraceSummary } from './governed-call.ts';

type Queryable = Pick<pg.Pool, 'query'>;

/** A row of a call, light: no json leaves the database. */
interface CallRow {
  readonly id: string;
  readonly occurred_at: Date;
  readonly event: string;
  readonly trace_id: string;
  readonly task_id: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly agent_id: string | null;
  readonly client_id: string;
  readonly action: string;
  readonly decision: 'allow' | 'deny';
  readonly policy: string;
  readonly reason: string;
  readonly status: string | null;
  readonly duration_ms: number | null;
  readonly commitment: string | null;
  readonly cost_microdollars: string;
}

const COLUMNS =
  'id, occurred_at, event, trace_id, task_id, user_id, session_id, agent_id, client_id, action, decision, policy, ' +
  'reason, ' +
  "result ->> 'status' as status, (result ->> 'durationMs')::float8 as duration_ms, " +
  "evaluation ->> 'commitment' as commitment, cost_microdollars";
const DECIDED = { tool: ['tool_call.decided'], model: ['model_call.decided'] } as const;
const EVERY_DECIDED: readonly string[] = [...DECIDED.tool, ...DECIDED.model];
const COMPLETED = ['tool_call.completed', 'model_call.completed'];
const MAX_ROWS_OF_A_PAGE = 20_000;

/** Governed calls, newest first, each with its end. */
export async function listCalls(
  database: Queryable,
  filter: CallFilter,
  visibility: AuditVisibility,
): Promise<AuditPage<GovernedCallRow>> {
  const { kind, limit, ...narrowing } = filter;
  const { text, values } = auditCondition(narrowing, visibility);
  const events = kind === undefined ? EVERY_DECIDED : DECIDED[kind];
  const { rows } = await database.query<CallRow>(
    `select ${COLUMNS} from audit_log where ${text} and event = any($${values.length + 1})
      order by id desc limit $${values.length + 2}`,
    [...values, events, limit + 1],
  );
  const page = rows.slice(0, limit);
  const ends = await rowsOfTraces(
    database,
    page.map(({ trace_id }) => trace_id),
    COMPLETED,
    visibility,
  );
  return {
    rows: callsOf(page, ends),
    next: rows.length > limit ? page.at(-1)!.id : null,
  };
}

/** Traces in which something was decided, the latest first. `before`: a row's id, as `next` gives it. */
export async function listTraces(
  database: Queryable,
  filter: Omit<CallFilter, 'action' | 'kind' | 'decision'>,
  visibility: AuditVisibility,
): Promise<AuditPage<TraceSummary>> {
  const { limit, ...narrowing } = filter;
  const { text, values } = auditCondition(narrowing, visibility);
  // Each trace at its last decision: a trace whose calls go on shows once, where it is now.
  const { rows: found } = await database.query<{ trace_id: string; id: string }>(
    `with recursive latest as (
       (select id, trace_id, array[trace_id] as seen from audit_log
         where ${text} and event = any($${values.length + 1}) order by id desc limit 1)
       union all
       select n.id, n.trace_id, l.seen || n.trace_id from latest l cross join lateral (
         select id, trace_id from audit_log
          where ${text} and event = any($${values.length + 1}) and id < l.id and trace_id <> all(l.seen)
          order by id desc limit 1) n
        where cardinality(l.seen) < $${values.length + 2})
     select id, trace_id from latest`,
    [...values, EVERY_DECIDED, limit + 1],
  );
  const page = found.slice(0, limit);
  const rows = await rowsOfTraces(
    database,
    page.map(({ trace_id }) => trace_id),
    [...EVERY_DECIDED, ...COMPLETED],
    visibility,
  );
  const next = found.length > limit ? page.at(-1)!.id : null;
  return {
    rows: page.map(({ trace_id }) =>
      summaryOf(
        trace_id,
        rows.filter((row) => row.trace_id === trace_id),
      ),
    ),
    next,
  };
}

/** Decided calls since then, counted by action, decision and policy: the most frequent first. */
export async function countCalls(
  database: Queryable,
  since: Date,
  visibility: AuditVisibility,
): Promise<readonly CallStatistics[]> {
  const { text, values } = auditCondition({ since }, visibility);
  const { rows } = await database.query<CallStatistics>(
    `select action, decision, policy, count(*)::int as calls from audit_log
      where ${text} and event = any($${values.length + 1}) group by action, decision, policy order by calls desc limit 1000`,
    [...values, EVERY_DECIDED],
  );
  return rows;
}

async function rowsOfTraces(
  database: Queryable,
  traces: readonly string[],
  events: readonly string[],
  visibility: AuditVisibility,
): Promise<readonly CallRow[]> {
  if (traces.length === 0) return [];
  const { text, values } = auditCondition({}, visibility);
  const { rows } = await database.query<CallRow>(
    `select ${COLUMNS} from audit_log where ${text} and trace_id = any($${values.length + 1})
      and event = any($${values.length + 2}) order by id limit ${MAX_ROWS_OF_A_PAGE}`,
    [...values, [...new Set(traces)], events],
  );
  return rows;
}

/** A completion belongs to the decision of its trace and task with the same commitment to the input. */
function callsOf(decided: readonly CallRow[], completed: readonly CallRow[]): GovernedCallRow[] {
  const keyOf = ({ trace_id, task_id, action, commitment }: CallRow) =>
    JSON.stringify([trace_id, task_id, action, commitment]);
  const ends = new Map(completed.map((row) => [keyOf(row), row]));
  return decided.map((row) => {
    const end = row.decision === 'deny' ? undefined : ends.get(keyOf(row));
    return {
      request_id: row.id,
      occurred_at: row.occurred_at.toISOString(),
      trace_id: row.trace_id,
      task_id: row.task_id,
      user_id: row.user_id,
      session_id: row.session_id,
      agent_id: row.agent_id,
      client_id: row.client_id,
      kind: row.event.startsWith('model') ? 'model' : 'tool',
      action: row.action,
      decision: row.decision,
      policy: row.policy,
      reason: row.reason,
      status: row.decision === 'deny' ? 'denied' : (end?.status ?? 'open'),
      duration_ms: end?.duration_ms ?? null,
      cost_microdollars: end?.cost_microdollars ?? row.cost_microdollars,
    };
  });
}

function summaryOf(traceId: string, rows: readonly CallRow[]): TraceSummary {
  const calls = callsOf(
    rows.filter(({ event }) => event.endsWith('.decided')),
    rows.filter(({ event }) => event.endsWith('.completed')),
  );
  const times = rows.map(({ occurred_at: at }) => at.getTime());
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const count = (wanted: (status: string) => boolean) => calls.filter(({ status }) => wanted(status)).length;
  return {
    trace_id: traceId,
    first_at: new Date(first).toISOString(),
    last_at: new Date(last).toISOString(),
    user_id: calls[0]?.user_id ?? '',
    agent_id: calls[0]?.agent_id ?? null,
    calls: calls.length,
    denied: count((status) => status === 'denied'),
    failed: count((status) => !['ok', 'denied', 'open'].includes(status)),
    open: count((status) => status === 'open'),
    duration_ms: last - first,
    actions: [...new Set(calls.map(({ action }) => action))].slice(0, 10),
  };
}
