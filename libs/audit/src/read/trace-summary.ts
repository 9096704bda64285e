import { type CallRow, ROWS_OF_A_TRACE } from './call-rows.queries.ts';
import type { TraceSummary } from './governed-call.ts';
import { governedCall } from './list-calls.ts';

/** Adds up the calls of one trace. `rows`: its first ones, oldest first. */
export function traceSummary(traceId: string, rows: readonly CallRow[]): TraceSummary {
  const keyOf = ({ task_id: task, action, commitment }: CallRow) =>
    JSON.stringify([task, action, commitment]);
  const ends = new Map(
    rows.filter(({ event }) => event.endsWith('.completed')).map((row) => [keyOf(row), row]),
  );
  const calls = rows
    .filter(({ event }) => event.endsWith('.decided'))
    .map((row) => governedCall(row, ends.get(keyOf(row))));
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
    cut: rows.length === ROWS_OF_A_TRACE,
    duration_ms: last - first,
    actions: [...new Set(calls.map(({ action }) => action))].slice(0, 10),
  };
}
