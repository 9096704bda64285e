import { systemClock } from '@gatehouse/kernel';
import type { Scanner } from '@gatehouse/secret-scanner';
import pg from 'pg';
import { LineIds } from './line-ids.ts';
import { type LogLine, logLine } from './log-line.ts';

const FLUSH_MS = 250;
const RETRY_MS = 5000;
const BATCH = 500;
const PARTITION_MS = 3_600_000;
const DAYS_AHEAD = 2;
const QUERY_TIMEOUT_MS = 10_000;

const INSERT = `insert into logs (id, logged_at, level, module, message, trace_id, details)
select id, uuid_extract_timestamp(id), level, module, message, trace_id, details::json
  from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
    as line (id, level, module, message, trace_id, details)`;

export interface LogStoreOptions {
  /** How to connect: role `server`. */
  readonly config: pg.ClientConfig;
  readonly scanner: Scanner;
  /** Lines kept while the database does not take them; more are counted and dropped. */
  readonly maxWaiting?: number;
}

export interface LogStoreStatus {
  readonly waiting: number;
  readonly storedTotal: number;
  /** Lines that are on standard output alone: the database did not take them in time. */
  readonly droppedTotal: number;
}

/**
 * Puts log lines into the table `logs`, in batches, behind whoever logs: `push` does nothing but append to a bounded
 * queue, and neither waits nor throws. A line that the database does not take is retried; what the queue has no room
 * for is counted, and a line says how many those were.
 */
export class LogStore {
  readonly #options: LogStoreOptions;
  readonly #maxWaiting: number;
  readonly #ids = new LineIds();
  #waiting: string[] = [];
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | null = null;
  #started = false;
  #partitionedMs = 0;
  #stored = 0;
  #dropped = 0;
  #untold = 0;

  constructor(options: LogStoreOptions) {
    this.#options = options;
    this.#maxWaiting = options.maxWaiting ?? 5000;
  }

  /** From now on lines are stored, those from before the start among them. */
  start(): void {
    this.#started = true;
    if (this.#waiting.length > 0) this.#schedule(FLUSH_MS);
  }

  /** Hands in one JSON line of pino. */
  push(line: string): void {
    if (this.#waiting.length >= this.#maxWaiting) {
      this.#dropped += 1;
      this.#untold += 1;
      return;
    }
    this.#waiting.push(line);
    if (this.#started) this.#schedule(FLUSH_MS);
  }

  status(): LogStoreStatus {
    return { waiting: this.#waiting.length, storedTotal: this.#stored, droppedTotal: this.#dropped };
  }

  /** Stores what waits now. Resolves also when the database did not take it. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  /** Stores what waits, if the database takes it at once, and ends the connection. */
  async stop(): Promise<void> {
    if (!this.#started) return;
    clearTimeout(this.#timer);
    await this.flush();
    this.#started = false;
    clearTimeout(this.#timer);
    await this.#close();
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, ms).unref();
  }

  async #flush(): Promise<void> {
    try {
      while (this.#waiting.length > 0 || this.#untold > 0) {
        const client = await this.#connection();
        const untold = this.#untold;
        const taken = this.#waiting.slice(0, BATCH);
        await client.query({ name: 'logs_insert', text: INSERT, values: this.#columns(taken, untold) });
        this.#waiting.splice(0, taken.length);
        this.#untold -= untold;
        this.#stored += taken.length;
      }
    } catch {
      // Told on standard output by whoever asks the database for more than logs; here it would come back as a line.
      await this.#close();
      if (this.#started) this.#schedule(RETRY_MS);
    }
  }

  #columns(taken: readonly string[], untold: number): unknown[] {
    const nowMs = systemClock.now();
    const lines = taken.map((text) => logLine(text, this.#options.scanner, nowMs));
    if (untold > 0) lines.push(droppedLine(untold, nowMs));
    return [
      lines.map(({ ms }) => this.#ids.at(ms)),
      lines.map(({ level }) => level),
      lines.map(({ module }) => module),
      lines.map(({ message }) => message),
      lines.map(({ traceId }) => traceId),
      lines.map(({ details }) => details),
    ];
  }

  async #connection(): Promise<pg.Client> {
    if (this.#client === null) {
      const client = new pg.Client({
        ...this.#options.config,
        application_name: 'gatehouse logs',
        connectionTimeoutMillis: 2000,
        query_timeout: QUERY_TIMEOUT_MS,
      });
      client.on('error', () => undefined);
      this.#client = client;
      await client.connect();
    }
    if (systemClock.now() - this.#partitionedMs > PARTITION_MS) {
      await this.#client.query('select logs_make_partitions($1)', [DAYS_AHEAD]);
      this.#partitionedMs = systemClock.now();
    }
    return this.#client;
  }

  async #close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }
}

function droppedLine(count: number, ms: number): LogLine {
  const message = `${count} log lines were not stored: the database did not take them`;
  return { ms, level: 'warn', module: 'logs', message, traceId: null, details: null };
}
