import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type AuditFilter,
  AuditReader,
  type AuditRow,
  type AuditVisibility,
  csvLine,
  type EventOrigin,
  type ExportFormat,
  exportLine,
  type LogFilter,
  LogReader,
  type LogRow,
  visibleJson,
} from '@gatehouse/audit';
import type { Operator } from '../session/operator.ts';

/** What `infra logs export` writes, beside the forms that sinks are sent. */
export const EXPORT_FILE_FORMATS = ['ndjson', 'ocsf', 'cef', 'ecs', 'syslog', 'csv'] as const;
export type ExportFileFormat = (typeof EXPORT_FILE_FORMATS)[number];

const PAGE = 200;
const AUDIT_COLUMNS = [
  'id',
  'occurred_at',
  'event',
  'user_id',
  'session_id',
  'task_id',
  'trace_id',
  'context_id',
  'client_id',
  'role',
  'agent_id',
  'action',
  'decision',
  'policy',
  'reason',
  'evaluation',
  'result',
  'cost_microdollars',
] as const satisfies readonly (keyof AuditRow)[];
const LOG_COLUMNS = ['id', 'logged_at', 'level', 'module', 'message', 'trace_id', 'details'] as const;

/** Audit rows oldest first, a page at a time, at most `limit`. */
export async function* auditLines(
  operator: Operator,
  visibility: AuditVisibility,
  filter: Omit<AuditFilter, 'limit'>,
  options: { readonly format: ExportFileFormat; readonly content: boolean; readonly limit: number },
): AsyncGenerator<string> {
  const { format, content, limit } = options;
  const origin: EventOrigin = { version: versionOf(operator), host: hostname(), content };
  if (format === 'csv') yield csvLine(AUDIT_COLUMNS);
  let after: string | null = null;
  for (let left = limit; left > 0; ) {
    const rows: readonly AuditRow[] = await operator
      .get(AuditReader)
      .from({ ...filter, limit: Math.min(PAGE, left) }, after, visibility);
    for (const row of rows) yield auditLine(row, format, origin);
    if (rows.length < Math.min(PAGE, left)) return;
    left -= rows.length;
    after = rows.at(-1)!.id;
  }
}

/** Log lines oldest first, at most `limit`, as NDJSON or CSV. */
export async function* logLines(
  operator: Operator,
  filter: LogFilter,
  format: 'ndjson' | 'csv',
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(LOG_COLUMNS);
  let after = '00000000-0000-0000-0000-000000000000';
  for (let left = filter.limit; left > 0; ) {
    const size = Math.min(PAGE, left);
    const rows: readonly LogRow[] = await operator.get(LogReader).after(after, { ...filter, limit: size });
    for (const row of rows)
      yield format === 'csv' ? csvLine(LOG_COLUMNS.map((name) => row[name])) : screened(row);
    if (rows.length < size) return;
    left -= rows.length;
    after = rows.at(-1)!.id;
  }
}

function auditLine(row: AuditRow, format: ExportFileFormat, origin: EventOrigin): string {
  if (format !== 'csv') return exportLine(row, format satisfies ExportFormat, origin);
  const shown = JSON.parse(exportLine(row, 'ndjson', origin)) as AuditRow;
  return csvLine(AUDIT_COLUMNS.map((name) => shown[name]));
}

function screened(row: LogRow): string {
  return visibleJson(row);
}

function versionOf({ platform }: Operator): string {
  const { root } = platform.configuration.installation;
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
