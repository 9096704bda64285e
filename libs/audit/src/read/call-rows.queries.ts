import type pg from 'pg';
import { auditCondition } from './audit-condition.ts';
import type { AuditVisibility } from './audit-filter.ts';
import { inIndexOrder } from './in-index-order.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** A row of a call, light: no json leaves the database. */
export interface CallRow {
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

export const DECIDED = { tool: ['tool_call.decided'], model: ['model_call.decided'] } as const;
export const EVERY_DECIDED: readonly string[] = [...DECIDED.tool, ...DECIDED.model];
const COMPLETED = ['tool_call.completed', 'model_call.completed'];

/** Of one trace; what it has beyond is not added up. */
export const ROWS_OF_A_TRACE = 400;
/** Rows of a task behind a decision, among which its end is looked for. */
const ROWS_TO_AN_END = 400;

const COLUMNS =
  'id, occurred_at, event, trace_id, task_id, user_id, session_id, agent_id, client_id, action, decision, policy, ' +
  'reason, ' +
  "result ->> 'status' as status, (result ->> 'durationMs')::float8 as duration_ms, " +
  "evaluation ->> 'commitment' as commitment, cost_microdollars";

/** Those of the rows that are visible, newest first. */
export async function callRows(
  database: Queryable,
  ids: readonly string[],
  visibility: AuditVisibility,
): Promise<readonly CallRow[]> {
  if (ids.length === 0) return [];
  const { text, values } = auditCondition({}, visibility);
  const { rows } = await database.query<CallRow>(
    `select ${COLUMNS} from audit_log where ${text} and id = any($${values.length + 1}::uuid[]) order by id desc`,
    [...values, ids],
  );
  return rows;
}

/** The ends of decided calls, by the id of the decision: of the same trace and task, with the same input. */
export async function endsOf(
  database: Queryable,
  decided: readonly CallRow[],
  visibility: AuditVisibility,
): Promise<ReadonlyMap<string, CallRow>> {
  const allowed = decided.filter(({ decision }) => decision === 'allow');
  if (allowed.length === 0) return new Map();
  await inIndexOrder(database);
  const { text, values } = auditCondition({}, visibility);
  const at = (place: number) => `$${values.length + place}`;
  const { rows } = await database.query<CallRow & { decided: string }>(
    `select d.id as decided, e.* from unnest(${at(1)}::uuid[], ${at(2)}::text[], ${at(3)}::text[], ${at(4)}::text[], ${at(5)}::text[])
       as d (id, task_id, trace_id, action, commitment)
     cross join lateral (
       select ${COLUMNS} from (
         select * from audit_log where ${text} and task_id = d.task_id and id > d.id order by id limit ${ROWS_TO_AN_END}) c
        where c.trace_id = d.trace_id and c.event = any(${at(6)}) and c.action = d.action
          and c.evaluation ->> 'commitment' is not distinct from d.commitment
        order by id limit 1) e`,
    [
      ...values,
      allowed.map(({ id }) => id),
      allowed.map(({ task_id: task }) => task),
      allowed.map(({ trace_id: trace }) => trace),
      allowed.map(({ action }) => action),
      allowed.map(({ commitment }) => commitment),
      COMPLETED,
    ],
  );
  return new Map(rows.map(({ decided: id, ...end }) => [id, end]));
}

/** The first rows of calls of each trace, oldest first. */
export async function rowsOfTraces(
  database: Queryable,
  traces: readonly string[],
  visibility: AuditVisibility,
): Promise<readonly CallRow[]> {
  if (traces.length === 0) return [];
  await inIndexOrder(database);
  const { text, values } = auditCondition({}, visibility);
  const at = (place: number) => `$${values.length + place}`;
  const { rows } = await database.query<CallRow>(
    `select c.* from unnest(${at(1)}::text[]) as t (trace_id)
     cross join lateral (
       select ${COLUMNS} from audit_log where ${text} and trace_id = t.trace_id and event = any(${at(2)})
        order by id limit ${ROWS_OF_A_TRACE}) c`,
    [...values, traces, [...EVERY_DECIDED, ...COMPLETED]],
  );
  return rows;
}
