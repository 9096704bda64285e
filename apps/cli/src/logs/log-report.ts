import type { LogPage, LogRow } from '@gatehouse/audit';
import type { JsonObject } from '@gatehouse/kernel';
import { noneText } from '../audit/whole-page.ts';
import { type Report, tableReport } from '../report/report.ts';

const COLUMNS = ['logged_at', 'level', 'module', 'message', 'trace_id'] as const;

/** Log lines as a person reads a log: oldest first, the last line last. */
export function logReport(title: string, { rows, next }: LogPage): Report {
  return tableReport({
    title,
    key: 'logs',
    columns: COLUMNS,
    rows: rows.toReversed().map(logData),
    more: { total: rows.length, next_cursor: next },
    empty: noneText('No such lines.', next),
  });
}

export function logData(row: LogRow): JsonObject {
  return { ...row };
}
