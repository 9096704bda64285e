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
  const priority = FACILITY * 8 + SEVERITY[severityOf(row)];
  const head = [
    `<${priority}>1`,
    row.occurred_at,
    printable(origin.host, 255),
    'gatehouse',
    NIL,
    printable(row.event, 32),
    NIL,
  ];
  return `${head.join(' ')} ${cefEvent(row, origin)}`;
}

/** PRINTUSASCII, without spaces. */
function printable(text: string, longest: number): string {
  const kept = text.replaceAll(/[^\x21-\x7e]/g, '').slice(0, longest);
  return kept === '' ? NIL : kept;
}
