/** From the least severe on (RFC 5424, section 6.2.1). */
const LEVELS: readonly string[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

/** How severe a level of a log message is; -1 for what is none. */
export function severityOf(level: unknown): number {
  return typeof level === 'string' ? LEVELS.indexOf(level) : -1;
}
