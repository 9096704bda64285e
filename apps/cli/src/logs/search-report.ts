import { AuditReader } from '@gatehouse/audit';
import { given, type JsonObject } from '@gatehouse/kernel';
import { visibilityOf } from '../audit/list-audit.ts';
import { wholePage } from '../audit/whole-page.ts';
import type { Report, ReportPart } from '../report/report.ts';
import type { Operator } from '../session/operator.ts';
import { logPage } from './log-page.ts';
import { logData } from './log-report.ts';
import { type LogWish, logFilter, times } from './log-wish.ts';

/** There are far more rows than lines, and no index over what they say. */
const ROWS_SINCE = '7d';
const LINE_COLUMNS = ['logged_at', 'level', 'module', 'message', 'trace_id'] as const;
const ROW_COLUMNS = ['occurred_at', 'event', 'action', 'decision', 'policy', 'reason', 'trace_id'] as const;

export interface SearchWish extends LogWish {
  readonly text: string;
  readonly lines: boolean;
  readonly rows: boolean;
  readonly cursor?: string | undefined;
}

/** Lines and rows with a text, oldest first. @throws AppError `CLI_ARGUMENT_INVALID` for a time that is none */
export async function searchReport(operator: Operator, wish: SearchWish): Promise<Report> {
  const { logs, next } = wish.lines ? await linesWith(operator, wish) : NO_LINES;
  const rows = wish.rows ? await rowsWith(operator, wish) : [];
  const found = [...part('Log lines', LINE_COLUMNS, logs), ...part('Audit rows', ROW_COLUMNS, rows)];
  return {
    artifactType: 'table',
    title: `With "${wish.text}"`,
    data: { logs, rows, total: logs.length + rows.length, next_cursor: next },
    hints: { columns: [...(wish.lines ? LINE_COLUMNS : ROW_COLUMNS)] },
    parts: found.length > 0 ? found : [{ kind: 'text', text: 'Nothing says that.' }],
  };
}

const NO_LINES = { logs: [], next: null };

async function linesWith(
  operator: Operator,
  { cursor, ...wish }: SearchWish,
): Promise<{ readonly logs: JsonObject[]; readonly next: string | null }> {
  const { rows, next } = await logPage(operator, { ...logFilter(wish), ...given({ before: cursor }) });
  return { logs: rows.toReversed().map(logData), next };
}

async function rowsWith(operator: Operator, { text, limit, since = ROWS_SINCE, until }: SearchWish) {
  const filter = { text, limit: Math.min(limit, 200), ...times({ since, until }) };
  const { rows } = await wholePage(filter, (from) =>
    operator.get(AuditReader).list({ ...filter, ...from }, visibilityOf(operator)),
  );
  return rows
    .toReversed()
    .map(({ evaluation: _content, result: _output, ...row }): JsonObject => ({ ...row }));
}

function part(heading: string, columns: readonly string[], rows: readonly JsonObject[]): ReportPart[] {
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: heading },
    { kind: 'table', columns, rows },
  ];
}
