import type { AuditRow } from '../../read/audit-row.ts';
import { cefEvent } from './cef.ts';
import { type EventSeverity, severityOf } from './event-facts.ts';
import type { EventOrigin } from './export-format.ts';

/** Log audit, RFC 5424 section 6.2.1. */
const FACILITY = 13;
const SEVERITY: Readonly<Record<EventSeverity, number>> = { informational: 6, low: 5, medium: 4, high: 1 };
const NIL = '-';

/** A row as a message of syslog (RFC 5424) that carries its event in CEF. */
export function syslogEvent(row: AuditRow, origin: EventOrigin): string {
  const head = { severity: severityOf(row), at: row.occurred_at, event: row.event };
  return syslogLine(head, origin, cefEvent(row, origin));
}

/** `at`: RFC 3339. */
export function syslogLine(
  { severity, at, event }: { severity: EventSeverity; at: string; event: string },
  origin: EventOrigin,
  message: string,
): string {
  const priority = FACILITY * 8 + SEVERITY[severity];
  const head = [
    `<${priority}>1`,
    at,
    printable(origin.host, 255),
    'gatehouse',
    NIL,
    printable(event, 32),
    NIL,
  ];
  return `${head.join(' ')} ${message}`;
}

/** PRINTUSASCII, without spaces. */
function printable(text: string, longest: number): string {
  const kept = text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, longest);
  return kept === '' ? NIL : kept;
}
