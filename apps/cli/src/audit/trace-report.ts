import { AuditReader, type AuditRow, LogReader, type LogRow } from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import { cliError } from '../errors/cli-error.ts';
import type { Report } from '../report/report.ts';
import type { Operator } from '../session/operator.ts';
import { visibilityOf } from './list-audit.ts';

/**
 * Everything of a trace in the order of time: what was decided, how it ended, and, for those who may read logs, what was
 * logged meanwhile. @throws AppError `CLI_TRACE_UNKNOWN`
 */
export async function traceReport(operator: Operator, id: string): Promise<Report> {
  const rows = await operator.get(AuditReader).trace(id, visibilityOf(operator));
  const traceIds = [...new Set([id, ...rows.map(({ trace_id: trace }) => trace)])];
  const logs = operator.may('logs:read')
    ? (await Promise.all(traceIds.map((trace) => operator.get(LogReader).trace(trace)))).flat()
    : [];
  if (rows.length === 0 && logs.length === 0) throw cliError('CLI_TRACE_UNKNOWN');
  const events = [...rows.map(ofRow), ...logs.map(ofLog)].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
  const startedMs = Date.parse(events[0]!.at);
  const timeline = events.map((event) => ({ ...event, after_ms: Date.parse(event.at) - startedMs }));
  const sums = {
    trace_id: traceIds.length === 1 ? id : (rows[0]?.trace_id ?? id),
    events: events.length,
    decided: rows.filter(({ event }) => event.endsWith('.decided')).length,
    denied: rows.filter(({ decision }) => decision === 'deny').length,
    duration_ms: timeline.at(-1)!.after_ms,
  };
  return {
    artifactType: 'table',
    title: `Trace ${id}`,
    data: { ...sums, timeline },
    hints: { columns: [...COLUMNS] },
    parts: [
      { kind: 'card', fields: sums },
      { kind: 'table', columns: COLUMNS, rows: timeline },
      { kind: 'text', text: `\nWhole rows: gatehouse infra logs audit ${id} --full` },
    ],
  };
}

const COLUMNS = ['after_ms', 'at', 'what', 'subject', 'outcome', 'detail', 'took_ms'] as const;

interface TraceEvent extends JsonObject {
  readonly at: string;
}

function ofRow(row: AuditRow): TraceEvent {
  const { durationMs, status } = row.result ?? {};
  return {
    at: row.occurred_at,
    what: row.event,
    subject: row.action,
    outcome:
      typeof status === 'string'
        ? status
        : row.policy === 'not_applicable'
          ? null
          : `${row.decision} (${row.policy})`,
    detail: row.reason,
    took_ms: typeof durationMs === 'number' ? durationMs : null,
    id: row.id,
  };
}

function ofLog(row: LogRow): TraceEvent {
  return {
    at: row.logged_at,
    what: `log.${row.level}`,
    subject: row.module,
    outcome: null,
    detail: row.message,
    took_ms: null,
    id: row.id,
  };
}
