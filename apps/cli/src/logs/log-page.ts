import { type LogFilter, type LogPage, LogReader } from '@gatehouse/audit';
import { wholePage } from '../audit/whole-page.ts';
import type { Operator } from '../session/operator.ts';

/** A page of log lines, newest first. */
export function logPage(operator: Operator, filter: LogFilter): Promise<LogPage> {
  return wholePage(filter, (from) => operator.get(LogReader).list({ ...filter, ...from }));
}
