import pg from 'pg';
import { systemContext } from '../system-context.ts';
import { timeLeapt, tryRetentionLock } from './retention.queries.ts';
import type { Retention } from './retention.ts';

const FIRST_MS = 10 * 60_000;
const EVERY_MS = 6 * 3_600_000;

export interface RetentionTimerOptions {
  readonly config: pg.ClientConfig;
  readonly retention: Pick<Retention, 'run'>;
  /** Whether the clocks of server and database agree now. */
  readonly clocksAgree: () => boolean;
  readonly warn: (message: string, error?: unknown) => void;
}

/**
 * Runs retention a few times a day, in one server of all. A month at most each time, and none within a week after the
 * time leapt: a clock that is a year off for an afternoon costs nothing.
 */
export class RetentionTimer {
  readonly #options: RetentionTimerOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> | null = null;

  constructor(options: RetentionTimerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(FIRST_MS);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    clearTimeout(this.#timer);
  }

  /** One pass. False when this server does not run it now. */
  async pass(): Promise<boolean> {
    const { config, retention, clocksAgree, warn } = this.#options;
    if (!clocksAgree()) return false;
    const client = new pg.Client({ ...config, application_name: 'gatehouse retention' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      if (!(await tryRetentionLock(client))) return false;
      const leapt = await timeLeapt(client);
      if (leapt) warn('the time leapt within the last week: no month of the audit log is dropped');
      await retention.run(systemContext(), leapt ? 0 : 1);
      return true;
    } catch (error) {
      warn('retention did not run to its end', error);
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #schedule(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.pass().finally(() => this.#schedule(EVERY_MS));
    }, ms).unref();
  }
}
