import pg from 'pg';
import type { SightedConnection } from '../src/index.ts';

export interface Asked {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Notes the statements that a question asks, so that they can be explained. */
export class NotingPool extends pg.Pool {
  readonly #asked: Asked[] = [];

  override query(...given: unknown[]): never {
    this.#note(given);
    return (super.query as (...args: unknown[]) => never)(...given);
  }

  /** The same for a connection that was taken out of it. */
  noting(client: SightedConnection): SightedConnection {
    const query = (...given: unknown[]) => {
      this.#note(given);
      return (client.query as (...args: unknown[]) => never).apply(client, given);
    };
    return { query } as SightedConnection;
  }

  /** What was asked since it was last taken. */
  take(): readonly Asked[] {
    return this.#asked.splice(0);
  }

  #note([first, values = []]: unknown[]): void {
    const { text, values: own = values } = (
      typeof first === 'string' ? { text: first } : first
    ) as pg.QueryConfig;
    this.#asked.push({ text, values: own as unknown[] });
  }
}
