import type { AuditRow } from '../../read/audit-row.ts';
import { type EventSeverity, outcomeOf, severityOf, textOf, wholeMs } from './event-facts.ts';
import type { EventOrigin } from './export-format.ts';
import { visibleText } from './visible-text.ts';

const SEVERITY: Readonly<Record<EventSeverity, number>> = { informational: 2, low: 4, medium: 6, high: 9 };
const LONGEST_VALUE = 1023;

/** A row in the Common Event Format, version 0 (ArcSight's implementation standard). */
export function cefEvent(row: AuditRow, origin: EventOrigin): string {
  const header = [
    'CEF:0',
    'Gatehouse',
    'Gatehouse',
    origin.version,
    row.event,
    row.reason,
    SEVERITY[severityOf(row)],
  ];
  const fields: readonly (readonly [string, string | number | null | undefined])[] = [
    ['rt', Date.parse(row.occurred_at)],
    ['externalId', row.id],
    ['cat', row.event],
    ['act', row.decision],
    ['outcome', outcomeOf(row)],
    ['suid', row.user_id],
    ['spriv', row.role],
    ['sourceServiceName', row.client_id],
    ['destinationServiceName', row.action],
    ['reason', row.policy],
    ['msg', row.reason],
    ['cs1Label', 'traceId'],
    ['cs1', row.trace_id],
    ['cs2Label', 'sessionId'],
    ['cs2', row.session_id],
    ['cs3Label', 'taskId'],
    ['cs3', row.task_id],
    ['cs4Label', 'contextId'],
    ['cs4', row.context_id],
    ...(row.agent_id === null
      ? []
      : ([
          ['cs5Label', 'agentId'],
          ['cs5', row.agent_id],
        ] as const)),
    ['cn1Label', 'costMicrodollars'],
    ['cn1', row.cost_microdollars],
    ...(row.result === null
      ? []
      : ([
          ['cn2Label', 'durationMs'],
          ['cn2', wholeMs(row.result.durationMs)],
          ['cs6Label', 'status'],
          ['cs6', textOf(row.result.status)],
        ] as const)),
  ];
  const extension = fields.flatMap(([key, value]) =>
    value === undefined || value === null || value === '' ? [] : [`${key}=${extensionValue(String(value))}`],
  );
  return `${header.map((part) => headerField(String(part))).join('|')}|${extension.join(' ')}`;
}

/** In the header a backslash and a bar are escaped, and there are no lines. */
function headerField(text: string): string {
  return visibleText(cut(text)).replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}

/** In the extension a backslash and an equals sign are. */
function extensionValue(text: string): string {
  return visibleText(cut(text)).replaceAll('\\', '\\\\').replaceAll('=', '\\=');
}

function cut(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}
