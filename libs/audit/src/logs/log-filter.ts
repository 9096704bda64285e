import type { LogLevel } from './log-level.ts';

/** What to list. Every member narrows. */
export interface LogFilter {
  /** This level and more important ones. */
  readonly level?: LogLevel;
  /** A part of the module's name. */
  readonly module?: string;
  /** A part of the message, whatever its case. */
  readonly text?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Lines before this one: the last id of the page before. */
  readonly before?: string;
  /** 1 to 10,000. */
  readonly limit: number;
}
