import { cliError } from '../errors/cli-error.ts';

const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `30s`, `45m`, `12h`, `7d`, `4w` in milliseconds. @throws AppError `CLI_ARGUMENT_INVALID` */
export function banDuration(text: string): number {
  const [, count, unit] = /^([1-9][0-9]{0,5})([smhdw])$/.exec(text) ?? [];
  if (count === undefined) {
    throw cliError('CLI_ARGUMENT_INVALID', {
      message: 'a duration is a number and s, m, h, d or w, such as 7d',
    });
  }
  return Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
