import type pg from 'pg';
import type { AuditCursor } from '../read/audit-cursor.ts';
import { type StoredSink, storedSinks, wantSkip } from './export-place.ts';

/** How far every sink has come, for those who look at it, and have one go on, from another process. */
export class ExportPlaces {
  readonly #pool: Pick<pg.Pool, 'query'>;

  constructor(pool: Pick<pg.Pool, 'query'>) {
    this.#pool = pool;
  }

  /** `heads`: how far the trail goes now. */
  list(heads: AuditCursor): Promise<readonly (StoredSink & { readonly sealsBehind: number })[]> {
    return storedSinks(this.#pool, heads);
  }

  /**
   * Has a sink go on without the event that it refuses for good; it does so at its next attempt. False when it refuses
   * another one by now.
   */
  skip(sink: string, refusedId: string): Promise<boolean> {
    return wantSkip(this.#pool, sink, refusedId);
  }
}
