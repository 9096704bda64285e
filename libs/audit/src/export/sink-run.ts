import { setTimeout as wait } from 'node:timers/promises';
import type { ExportSinkConfig } from '@gatehouse/config';
import type pg from 'pg';
import type { AuditReader } from '../read/audit-reader.ts';
import { backoffMs } from './backoff.ts';
import { type Batch, batchesOf } from './batches.ts';
import { ExportPlace } from './export-place.ts';
import { type EventOrigin, exportLine } from './formats/export-format.ts';
import { asSinkFailure, type ExportEvent, type Sink, type SinkFailure } from './sinks/sink.ts';

const LOOK_MS = 500;
const STANDBY_MS = 2000;
/** Of each chain, at most 500 rows each: what one sink holds in memory is bounded by it. */
const SEALS_AT_ONCE = 20;

export type SinkState = 'starting' | 'sending' | 'failing' | 'standby' | 'stopped';

export interface SinkRunOptions {
  readonly config: ExportSinkConfig;
  readonly sink: Sink;
  readonly database: pg.ClientConfig;
  readonly reader: Pick<AuditReader, 'sealsAfter' | 'rows'>;
  readonly origin: EventOrigin;
  readonly warn: (message: string) => void;
  /** For tests: how long to wait after a failure. */
  readonly pauseMs?: typeof backoffMs;
}

export interface SinkStatus {
  readonly sink: string;
  readonly state: SinkState;
  /** Of this process. */
  readonly rowsTotal: number;
  readonly failuresTotal: number;
  readonly lastProblem: string | null;
}

/**
 * Sends one sink what it has not taken, from its stored place on, seal after seal, and moves the place on behind it.
 * Reads no more than it can send: a slow sink slows itself alone. Whatever goes wrong is tried again for ever.
 */
export class SinkRun {
  readonly #options: SinkRunOptions;
  readonly #stopping = new AbortController();
  #state: SinkState = 'starting';
  #running: Promise<void> | null = null;
  #rowsTotal = 0;
  #failuresTotal = 0;
  #failures = 0;
  #lastProblem: string | null = null;

  constructor(options: SinkRunOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when nothing is under way any more; what was not taken goes at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#options.sink.close();
    this.#state = 'stopped';
  }

  status(): SinkStatus {
    return {
      sink: this.#options.config.name,
      state: this.#state,
      rowsTotal: this.#rowsTotal,
      failuresTotal: this.#failuresTotal,
      lastProblem: this.#lastProblem,
    };
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const place = await ExportPlace.claim(this.#options.database, this.#options.config.name).catch(
        () => undefined,
      );
      if (place === null) this.#state = 'standby';
      if (place === null || place === undefined) {
        await this.#pause(STANDBY_MS);
        continue;
      }
      this.#state = this.#failures > 0 ? 'failing' : 'sending';
      try {
        await this.#follow(place);
      } catch {
        // The database is away: the audit log itself says so. From the stored place again.
        await this.#pause(LOOK_MS);
      } finally {
        await place.release();
      }
    }
  }

  async #follow(place: ExportPlace): Promise<void> {
    const { config, reader } = this.#options;
    const cursor = new Map(await place.cursor());
    while (!this.#stopped && !place.lost) {
      const seals = await reader.sealsAfter(cursor, SEALS_AT_ONCE);
      if (seals.length === 0) await this.#pause(LOOK_MS);
      for await (const batch of batchesOf(seals, config, (ids) => this.#events(ids))) {
        if (!(await this.#deliver(batch.events, place))) return;
        for (const [chain, seq] of batch.through) cursor.set(chain, seq);
        await this.#note(place, cursor, batch);
      }
    }
  }

  async #note(place: ExportPlace, cursor: ReadonlyMap<string, bigint>, batch: Batch): Promise<void> {
    await place.moveTo(cursor, { rows: batch.events.length, missing: batch.missing });
    this.#rowsTotal += batch.events.length;
    if (this.#failures > 0) this.#options.warn(`the export to ${this.#options.config.name} goes on`);
    this.#failures = 0;
    this.#lastProblem = null;
    this.#state = 'sending';
  }

  async #events(ids: readonly string[]): Promise<readonly ExportEvent[]> {
    const { reader, config, origin } = this.#options;
    const rows = await reader.rows(ids, { kind: 'all', revealed: config.content });
    return rows.map((row) => ({
      id: row.id,
      atMs: Date.parse(row.occurred_at),
      line: exportLine(row, config.kind === 'otlp' ? 'span' : config.format, {
        ...origin,
        content: config.content,
      }),
    }));
  }

  /** Until all are taken; false when the run ends or the claim is lost before that. */
  async #deliver(events: readonly ExportEvent[], place: ExportPlace): Promise<boolean> {
    const parts: (readonly ExportEvent[])[] = events.length === 0 ? [] : [events];
    while (parts.length > 0) {
      if (this.#stopped || place.lost) return false;
      const part = parts[0]!;
      try {
        await this.#options.sink.send(part);
        parts.shift();
      } catch (error) {
        const failure = asSinkFailure(error);
        const left = part.filter((_, index) => !failure.taken.has(index));
        const halves = failure.problem === 'EXPORT_TOO_LARGE' && left.length > 1 ? halved(left) : [left];
        parts.splice(0, 1, ...halves);
        if (halves.length === 1) await this.#fail(failure, place);
      }
    }
    return true;
  }

  async #fail(failure: SinkFailure, place: ExportPlace): Promise<void> {
    this.#failuresTotal += 1;
    this.#state = 'failing';
    if (this.#failures === 0 || failure.message !== this.#lastProblem)
      this.#options.warn(`the export to ${this.#options.config.name} waits: ${failure.message}`);
    this.#lastProblem = failure.message;
    await place.noteFailure(`${failure.problem}: ${failure.message}`);
    await this.#pause((this.#options.pauseMs ?? backoffMs)(this.#failures, failure.retryAfterMs));
    this.#failures += 1;
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
  }
}

function halved<T>(items: readonly T[]): (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
