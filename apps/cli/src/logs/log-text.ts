import { styleText } from 'node:util';
import type { LogRow } from '@gatehouse/audit';
import { terminalText } from '../report/terminal-text.ts';

const COLOURS = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const;

/** A log line in one line that is safe on a terminal. */
export function logText(row: LogRow, colour: boolean): string {
  const level = row.level.padEnd(5);
  const details = row.details === null ? '' : ` ${JSON.stringify(row.details)}`;
  const text = terminalText(`${row.module}: ${row.message}${details}`);
  return `${row.logged_at} ${colour ? styleText(COLOURS[row.level], level, { validateStream: false }) : level} ${text}`;
}
