import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Rows that are not summed yet are counted one by one by whoever asks: so long at most. */
const EVERY_MS = 2000;
const RETRY_MS = 10_000;
/** Of each chain, in one step: some milliseconds, because what is written meanwhile waits for a processor. */
const ROWS_OF_A_STEP = 1000;
/** What is left of one processor for each part that summing takes. */
const LEFT = 9;
const LEAST_WAIT_MS = 50;

export interface CallCountingOptions {
  /** Role `server`. */
  readonly config: pg.ClientConfig;
  readonly warn: (message: string, error?: unknown) => void;
  /** For tests. */
  readonly everyMs?: number;
  readonly rowsOfAStep?: number;
}

/**
 * Sums decided calls by hour, day and month behind the seals of the log, for statistics. One server of all does a step at
 * a time; a step is one transaction, so it may be killed anywhere. What is left is counted row by row until it is summed:
 * without this statistics are slower and the same.
 */
export class CallCounting {
  readonly #options: CallCountingOptions;
  readonly #pool: pg.Pool;
  readonly #stopping = new AbortController();
  #running: Promise<void> | null = null;
  #failing = false;

  constructor(options: CallCountingOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({
      ...options.config,
      application_name: 'gatehouse call counts',
      max: 1,
      connectionTimeoutMillis: 2000,
      statement_timeout: 15_000,
      query_timeout: 20_000,
      allowExitOnIdle: true,
    });
    // A connection that dies is replaced at the next step.
    this.#pool.on('error', () => undefined);
  }

  /** Returns at once: nothing waits for sums. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Sums everything that is sealed now. False when another process is at it. @throws what PostgreSQL says */
  async countNow(): Promise<boolean> {
    for (;;) {
      const seals = await this.#step();
      if (seals === null) return false;
      if (seals === 0) return true;
    }
  }

  /** A step that is under way is finished. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#pool.end();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const waitMs = await this.#turn();
      // A stop ends the wait early.
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One step; how long to wait until the next. A log that has never been summed takes a tenth of one processor. */
  async #turn(): Promise<number> {
    const { everyMs = EVERY_MS, warn } = this.#options;
    const startedAt = performance.now();
    try {
      const seals = await this.#step();
      this.#failing = false;
      if (seals === null || seals === 0) return everyMs;
      return Math.min(everyMs, Math.max(LEAST_WAIT_MS, LEFT * (performance.now() - startedAt)));
    } catch (error) {
      if (!this.#failing) warn('decided calls are not summed: statistics count every row', error);
      this.#failing = true;
      return RETRY_MS;
    }
  }

  /** How many seals were summed; null while another process does so. */
  async #step(): Promise<number | null> {
    const { rows } = await this.#pool.query<{ seals: number | null }>(
      'select audit_count_seals($1) as seals',
      [this.#options.rowsOfAStep ?? ROWS_OF_A_STEP],
    );
    return rows[0]!.seals;
  }
}
