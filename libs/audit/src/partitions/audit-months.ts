import { withClient } from '@gatehouse/database';
import type pg from 'pg';

/** So long a server may be without its database or its timer before rows fall into the default partition. */
const MONTHS_AHEAD = 2;
const EVERY_MS = 3_600_000;

/** A month that was made, and how many rows of the default partition are in it now. */
export interface MadeMonth {
  readonly partition: string;
  readonly moved: number;
}

export interface AuditMonthsOptions {
  /** Role `retention`. */
  readonly config: pg.ClientConfig;
  readonly warn: (message: string, error?: unknown) => void;
}

/**
 * Sees to it that the months of the audit log are there before their rows, and that rows which fell into the default
 * partition come into the month of their time, where they are pruned, held and purged as others.
 */
export class AuditMonths {
  readonly #options: AuditMonthsOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> | null = null;

  constructor(options: AuditMonthsOptions) {
    this.#options = options;
  }

  /** Makes what is missing, then again every hour. Without its database it goes on: the default partition takes any row. */
  async start(): Promise<void> {
    await this.#pass();
    this.#timer = setInterval(() => {
      this.#running = this.#pass();
    }, EVERY_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** @throws what PostgreSQL says: that the table was busy, for one */
  async keep(): Promise<readonly MadeMonth[]> {
    const config = { ...this.#options.config, application_name: 'gatehouse partitions' };
    return withClient(config, async (client) => {
      const { rows } = await client.query<{ partition: string; moved: string }>(
        'select * from audit_keep_months($1)',
        [MONTHS_AHEAD],
      );
      return rows.map(({ partition, moved }) => ({ partition, moved: Number(moved) }));
    });
  }

  async #pass(): Promise<void> {
    try {
      for (const { partition, moved } of await this.keep())
        if (moved > 0) this.#options.warn(`${moved} rows came from the default partition into ${partition}`);
    } catch (error) {
      this.#options.warn('the months of the audit log were not looked after', error);
    }
  }
}
