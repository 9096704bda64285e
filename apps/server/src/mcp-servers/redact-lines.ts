import type { Scanner } from '@gatehouse/secret-scanner';

const WITHHELD = '[REDACTED]';
/** The scanner reports no more than 1,000 findings of one value. */
const TOO_MANY = 1_000;

/**
 * The lines with credentials redacted, one for one. A line that holds a part of a credential that runs over several,
 * as a private key does, is withheld whole; all are where they cannot be judged.
 */
export function redactLines(scanner: Scanner, lines: readonly string[]): string[] {
  const { findings, exhausted } = scanner.scan(lines.join('\n'));
  if (exhausted || findings.length >= TOO_MANY) return lines.map(() => WITHHELD);
  let startsAt = 0;
  const whole = lines.map((line) => {
    const [from, to] = [startsAt, startsAt + line.length];
    startsAt = to + 1;
    const partOf = findings.some(
      ({ start, end }) => start <= to && end >= from && (start < from || end > to),
    );
    return partOf ? WITHHELD : line;
  });
  const { value } = scanner.redact(whole);
  return Array.isArray(value) ? value.map(String) : lines.map(() => WITHHELD);
}
