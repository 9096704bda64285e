import { LOG_LEVELS, type LogFilter } from '@gatehouse/audit';
import { given } from '@gatehouse/kernel';
import { Flags } from '@oclif/core';
import { pointInTime } from '../audit/point-in-time.ts';

/** The flags by which log lines are narrowed. */
export const LOG_FLAGS = {
  level: Flags.option({ description: 'This level and more important ones.', options: LOG_LEVELS })(),
  module: Flags.string({ description: "A part of the module's name, such as policy." }),
  since: Flags.string({ description: 'From then on: 30m, 24h, 7d, a day or a time.' }),
  until: Flags.string({ description: 'Up to then.' }),
};

const DAY_MS = 86_400_000;

/** The flag of a summary: the last day when it is left out. */
export const SINCE_A_DAY_AGO = {
  since: Flags.string({ description: 'From then on; the last 24 hours when left out.' }),
};

export interface LogWish {
  readonly level?: LogFilter['level'] | undefined;
  readonly module?: string | undefined;
  readonly text?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly limit: number;
}

/** @throws AppError `CLI_ARGUMENT_INVALID` for a time that is none */
export function logFilter({ since, until, level, module, text, limit }: LogWish): LogFilter {
  return {
    limit,
    ...given({ level, module, text }),
    ...times({ since, until }),
  };
}

/** `since` and `until` as times. @throws AppError `CLI_ARGUMENT_INVALID` */
export function times(from: { since?: string | undefined; until?: string | undefined }): {
  since?: Date;
  until?: Date;
} {
  const nowMs = Date.now();
  return given({
    since: from.since === undefined ? undefined : pointInTime(from.since, 'start', nowMs),
    until: from.until === undefined ? undefined : pointInTime(from.until, 'end', nowMs),
  });
}

/** @throws AppError `CLI_ARGUMENT_INVALID` */
export function sinceOrADayAgo(flags: { since?: string | undefined }): Date {
  return times(flags).since ?? new Date(Date.now() - DAY_MS);
}
