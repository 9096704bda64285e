import { cliError } from '../errors/cli-error.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SPAN = /^(\d{1,6})([smhd])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?$/;

/**
 * `30m` (that long ago), `2026-11-22` (its first or last moment, UTC) or an RFC 3339 time, UTC where it names no zone.
 * @throws AppError `CLI_ARGUMENT_INVALID`
 */
export function pointInTime(text: string, edge: 'start' | 'end', nowMs: number): Date {
  const span = SPAN.exec(text);
  if (span !== null) {
    return new Date(nowMs - Number(span[1]) * UNIT_MS[span[2] as keyof typeof UNIT_MS]);
  }
  const zoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`;
  const day = edge === 'start' ? `${text}T00:00:00.000Z` : `${text}T23:59:59.999Z`;
  const at = DAY.test(text) ? new Date(day) : MOMENT.test(text) ? new Date(zoned) : null;
  // `new Date` takes the 31st of February for the 3rd of March.
  if (at !== null && !Number.isNaN(at.getTime()) && (!DAY.test(text) || at.toISOString().startsWith(text)))
    return at;
  throw cliError('CLI_ARGUMENT_INVALID', {
    message: 'a time is 30m, 24h, 7d, 2026-11-22 or 2026-11-22T10:30:00Z',
  });
}
