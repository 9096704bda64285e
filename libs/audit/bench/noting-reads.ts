import {
  type AuditVisibility,
  type ReaderSight,
  type SightedConnection,
  SightedReads,
} from '../src/index.ts';
import type { NotingPool } from './noting-pool.ts';

/** Reads as the product does, under row security, and notes the statements of the question alone. */
export class NotingReads extends SightedReads {
  readonly #pool: NotingPool;

  constructor(pool: NotingPool, sight: ReaderSight) {
    super(pool, sight);
    this.#pool = pool;
  }

  override read<T>(
    visibility: AuditVisibility,
    work: (database: SightedConnection) => Promise<T>,
  ): Promise<T> {
    return super.read(visibility, (client) => work(this.#pool.noting(client)));
  }
}
