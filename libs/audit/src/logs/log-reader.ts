import type pg from 'pg';
import { inTime } from '../read/in-time.ts';
import {
  type LogPage,
  type LogSummary,
  listLogs,
  logsAfter,
  summariseLogs,
  traceLogs,
} from './log.queries.ts';
import type { LogFilter } from './log-filter.ts';
import type { LogRow } from './log-row.ts';

/** The read side of the table `logs`. */
export class LogReader {
  readonly #pool: pg.Pool;

  /** For other reads of the role `server`, which share its connections. */
  get pool(): Pick<pg.Pool, 'query'> {
    return this.#pool;
  }

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Newest first, a page at a time. */
  list(filter: LogFilter): Promise<LogPage> {
    return inTime(listLogs(this.#pool, filter));
  }

  /** What was logged after the line `after`, oldest first. */
  after(after: string, filter: LogFilter): Promise<readonly LogRow[]> {
    return inTime(logsAfter(this.#pool, after, filter));
  }

  /** The lines of one trace, oldest first: at most 1,000. */
  trace(traceId: string): Promise<readonly LogRow[]> {
    return inTime(traceLogs(this.#pool, traceId));
  }

  /** How many lines there are, by level and by module. */
  summary(since: Date): Promise<LogSummary> {
    return inTime(summariseLogs(this.#pool, since));
  }

  async stop(): Promise<void> {
    await this.#pool.end();
  }
}
