import type { JsonObject } from '@gatehouse/kernel';
import type { LogLevel } from './log-level.ts';

/** A log line as it is read. */
export interface LogRow {
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly logged_at: string;
  readonly level: LogLevel;
  readonly module: string;
  readonly message: string;
  readonly trace_id: string | null;
  readonly details: JsonObject | null;
}
