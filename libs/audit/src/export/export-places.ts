import type pg from 'pg';
import type { AuditCursor } from '../read/audit-cursor.ts';
import { type StoredSink, storedSinks } from './export-place.ts';

/** How far every sink has come, for those who look at it from another process. */
export class ExportPlaces {
  readonly #pool: Pick<pg.Pool, 'query'>;

  constructor(pool: Pick<pg.Pool, 'query'>) {
    this.#pool = pool;
  }

  /** `heads`: how far the trail goes now. */
  list(heads: AuditCursor): Promise<readonly (StoredSink & { readonly sealsBehind: number })[]> {
    return storedSinks(this.#pool, heads);
  }
}
