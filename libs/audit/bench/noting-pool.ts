import pg from 'pg';

export interface Asked {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Notes the statements that a question asks, so that they can be explained. */
export class NotingPool extends pg.Pool {
  readonly #asked: Asked[] = [];

  override query(...given: unknown[]): never {
    const [first, values = []] = given;
    const { text, values: own = values } = (
      typeof first === 'string' ? { text: first } : first
    ) as pg.QueryConfig;
    this.#asked.push({ text, values: own as unknown[] });
    return (super.query as (...args: unknown[]) => never)(...given);
  }

  /** What was asked since it was last taken. */
  take(): readonly Asked[] {
    return this.#asked.splice(0);
  }
}
