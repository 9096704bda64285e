import { hash } from 'node:crypto';
import type { AuditRow } from '../../read/audit-row.ts';
import { present, serverOf, textOf } from './event-facts.ts';

const SERVER = 2;
const OK = 1;
const ERROR = 2;
const TRACE_ID = /^[0-9a-f]{32}$/;

/**
 * The span id of a governed call: what a tool's process is told as its parent (`_meta.traceparent`), and what the span
 * made of the call's rows carries, so that both meet in one trace although neither knows of the other.
 */
export function callSpanId(traceId: string, taskId: string): string {
  const id = hash('sha256', `gatehouse call ${traceId} ${taskId}`).slice(0, 16);
  return id === '0'.repeat(16) ? '0000000000000001' : id;
}

/**
 * A governed call as a span of OTLP (JSON form), made of its last row: the completed one, or that of a denial. Null for
 * every other row, an allowed call's first among them. Attributes hold no input and no output.
 */
export function callSpan(row: AuditRow): object | null {
  const denied = row.event.endsWith('.decided') && row.decision === 'deny';
  if ((!row.event.endsWith('.completed') && !denied) || !TRACE_ID.test(row.trace_id)) return null;
  const endMs = Date.parse(row.occurred_at);
  const durationMs = typeof row.result?.durationMs === 'number' ? Math.max(0, row.result.durationMs) : 0;
  const status = denied ? 'denied' : (textOf(row.result?.status) ?? 'unknown');
  const parentSpanId = textOf(row.evaluation.parentSpan);
  const ownId = callSpanId(row.trace_id, row.task_id);
  return {
    traceId: row.trace_id,
    // What a tool asks of its client is of the call's task, and a span below the call's.
    spanId: parentSpanId === ownId ? callSpanId(row.trace_id, row.id) : ownId,
    ...present({ parentSpanId }),
    name: row.action,
    kind: SERVER,
    startTimeUnixNano: nanoseconds(endMs - durationMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: attributesOf({
      'gatehouse.row_id': row.id,
      'gatehouse.decision': row.decision,
      'gatehouse.policy': row.policy,
      'gatehouse.status': status,
      'gatehouse.client_id': row.client_id,
      'gatehouse.agent_id': row.agent_id ?? undefined,
      'gatehouse.task_id': row.task_id,
      'mcp.server': serverOf(row),
      'session.id': row.session_id,
      'user.id': row.user_id,
    }),
    status: denied || status !== 'ok' ? { code: ERROR, message: denied ? row.reason : status } : { code: OK },
  };
}

function attributesOf(values: Readonly<Record<string, string | undefined>>): object[] {
  return Object.entries(present(values)).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

/** As decimal text: they do not fit a double. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
