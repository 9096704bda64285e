/** The levels of the table `logs`, from the least to the most important. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The level that a number of pino's stands for: trace counts as debug, fatal as error. */
export function logLevelOf(pinoLevel: unknown): LogLevel {
  if (typeof pinoLevel !== 'number' || pinoLevel >= 50) return 'error';
  if (pinoLevel >= 40) return 'warn';
  return pinoLevel >= 30 ? 'info' : 'debug';
}

/** This level and all that are more important. */
export function logLevelsFrom(least: LogLevel): readonly LogLevel[] {
  return LOG_LEVELS.slice(LOG_LEVELS.indexOf(least));
}
