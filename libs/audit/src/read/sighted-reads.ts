import type pg from 'pg';
import type { AuditVisibility } from './audit-filter.ts';
import { inTime } from './in-time.ts';
import type { ReaderSight } from './reader-sight.ts';

/** What a question is asked of: the connection that was told whose rows it sees. */
export type SightedConnection = Pick<pg.ClientBase, 'query'>;

/** Connections of the role `reader`, each in a read-only transaction that sees what the asker may. */
export class SightedReads {
  readonly #pool: pg.Pool;
  readonly #sight: ReaderSight;

  constructor(pool: pg.Pool, sight: ReaderSight) {
    this.#pool = pool;
    this.#sight = sight;
  }

  async read<T>(visibility: AuditVisibility, work: (database: SightedConnection) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('begin transaction read only');
      await this.#sight.tell(client, visibility);
      const answer = await inTime(work(client));
      await client.query('commit');
      return answer;
    } catch (error) {
      // A connection in an unknown state is not given to the next.
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(failure);
    }
  }

  async stop(): Promise<void> {
    await this.#pool.end();
  }
}
