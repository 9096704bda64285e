import { AppError } from '@gatehouse/kernel';
import type { Period } from './evidence/evidence.queries.ts';

const DAY_MS = 86_400_000;

/**
 * `2026`, `2026-Q3`, `2026-09`, `2026-09-14` or `2026-07-01..2026-09-30` (both days included), in UTC.
 * @throws AppError `COMPLIANCE_PERIOD_INVALID`
 */
export function readPeriod(text: string): Period {
  const [first = '', last, ...more] = text.split('..');
  const from = spanOf(first);
  const to = last === undefined ? from : spanOf(last);
  if (more.length > 0 || from === null || to === null || to.to <= from.from) {
    throw new AppError(
      'COMPLIANCE_PERIOD_INVALID',
      'a period is 2026, 2026-Q3, 2026-09, 2026-09-14 or 2026-07-01..2026-09-30',
    );
  }
  return { from: from.from, to: to.to };
}

function spanOf(text: string): Period | null {
  const [, year, quarter, month, day] = /^(\d{4})(?:-Q([1-4])|-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
  if (year === undefined) return null;
  const at = (y: number, m: number) => new Date(Date.UTC(y, m, 1));
  const y = Number(year);
  if (quarter !== undefined) return { from: at(y, Number(quarter) * 3 - 3), to: at(y, Number(quarter) * 3) };
  if (month === undefined) return { from: at(y, 0), to: at(y + 1, 0) };
  const m = Number(month) - 1;
  if (m < 0 || m > 11) return null;
  if (day === undefined) return { from: at(y, m), to: at(y, m + 1) };
  const from = new Date(Date.UTC(y, m, Number(day)));
  // The 31st of February would be the 3rd of March.
  return from.getUTCMonth() === m && from.getUTCDate() === Number(day)
    ? { from, to: new Date(from.getTime() + DAY_MS) }
    : null;
}
