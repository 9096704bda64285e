import { Pool } from 'pg';
import type { Database } from './database.ts';
import type { FeedQuery } from './feed/change-feed.ts';

export interface LazyPoolOptions {
  readonly database: Database;
  /** What PostgreSQL lists the connections as: `gatehouse <purpose>`. */
  readonly purpose: string;
  /** So many at most. */
  readonly connections: number;
  /** Connecting, and each answer, takes no longer. */
  readonly deadlineMs: number;
}

/** Connections of role `server` for one purpose, which the first question opens. */
export class LazyPool {
  #opened: Pool | undefined;

  constructor(private readonly options: LazyPoolOptions) {}

  get pool(): Pool {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** @throws what PostgreSQL says, and where it has not answered by the deadline */
  readonly query: FeedQuery = async (text, values) => (await this.pool.query(text, [...(values ?? [])])).rows;

  async end(): Promise<void> {
    await this.#opened?.end();
  }

  #open(): Pool {
    const { database, purpose, connections, deadlineMs } = this.options;
    const pool = new Pool({
      ...database.clientConfig('server'),
      application_name: `gatehouse ${purpose}`,
      max: connections,
      connectionTimeoutMillis: deadlineMs,
      query_timeout: deadlineMs,
      statement_timeout: deadlineMs,
      keepAlive: true,
    });
    // An idle connection that breaks is replaced by the next question.
    pool.on('error', () => undefined);
    return pool;
  }
}
