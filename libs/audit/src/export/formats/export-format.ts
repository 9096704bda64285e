import type { AuditRow } from '../../read/audit-row.ts';
import { callSpan } from './call-span.ts';
import { cefEvent } from './cef.ts';
import { ecsEvent } from './ecs.ts';
import { ocsfEvent } from './ocsf.ts';
import { syslogEvent } from './syslog.ts';
import { visibleJson } from './visible-text.ts';

/** The forms in which rows leave. Each event is one line. */
export const EXPORT_FORMATS = ['ndjson', 'ocsf', 'cef', 'ecs', 'syslog'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What events say of where they come from, and whether they carry recorded inputs and outputs. */
export interface EventOrigin {
  /** Of Gatehouse. */
  readonly version: string;
  /** As RFC 5424 has it. */
  readonly host: string;
  readonly content: boolean;
}

/** A row as one line without a line break, in which nothing acts on who reads it (threat T25). */
export function exportLine(row: AuditRow, format: ExportFormat | 'span', origin: EventOrigin): string {
  const shown = origin.content ? row : withoutContent(row);
  switch (format) {
    case 'ndjson':
      return visibleJson(shown);
    case 'ocsf':
      return visibleJson(ocsfEvent(shown, origin));
    case 'ecs':
      return visibleJson(ecsEvent(shown, origin));
    case 'span':
      return visibleJson(callSpan(shown));
    case 'cef':
      return cefEvent(shown, origin);
    case 'syslog':
      return syslogEvent(shown, origin);
  }
}

/** Whether the format's lines are JSON objects. */
export function isJsonFormat(format: ExportFormat): boolean {
  return format !== 'cef' && format !== 'syslog';
}

/** The commitments stay: content that is handed over elsewhere can be checked against them. */
export function withoutContent(row: AuditRow): AuditRow {
  const { content: _input, ...evaluation } = row.evaluation;
  if (row.result === null) return { ...row, evaluation };
  const { content: _output, ...result } = row.result;
  return { ...row, evaluation, result };
}
