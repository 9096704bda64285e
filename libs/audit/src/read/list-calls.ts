import type pg from 'pg';
import type { AuditPage, AuditVisibility } from './audit-filter.ts';
import { type CallRow, callRows, DECIDED, EVERY_DECIDED, endsOf } from './call-rows.queries.ts';
import { findPage } from './find-page.ts';
import type { CallFilter, GovernedCallRow } from './governed-call.ts';

/** Governed calls, newest first, each with its end. */
export async function listCalls(
  database: Pick<pg.ClientBase, 'query'>,
  { kind, limit, before, ...filter }: CallFilter,
  visibility: AuditVisibility,
): Promise<AuditPage<GovernedCallRow>> {
  const events = kind === undefined ? EVERY_DECIDED : DECIDED[kind];
  const search = { filter, visibility, events, order: 'newest' } as const;
  const { ids, next } = await findPage(database, search, { limit, place: before ?? null });
  const decided = await callRows(database, ids, visibility);
  const ends = await endsOf(database, decided, visibility);
  return { rows: decided.map((row) => governedCall(row, ends.get(row.id))), next };
}

/** A decision and its end, where one is recorded. */
export function governedCall(decided: CallRow, end: CallRow | undefined): GovernedCallRow {
  const denied = decided.decision === 'deny';
  return {
    request_id: decided.id,
    occurred_at: decided.occurred_at.toISOString(),
    trace_id: decided.trace_id,
    task_id: decided.task_id,
    user_id: decided.user_id,
    session_id: decided.session_id,
    agent_id: decided.agent_id,
    client_id: decided.client_id,
    kind: decided.event.startsWith('model') ? 'model' : 'tool',
    action: decided.action,
    decision: decided.decision,
    policy: decided.policy,
    reason: decided.reason,
    status: denied ? 'denied' : (end?.status ?? 'open'),
    duration_ms: denied ? null : (end?.duration_ms ?? null),
    cost_microdollars: (denied ? undefined : end?.cost_microdollars) ?? decided.cost_microdollars,
  };
}
