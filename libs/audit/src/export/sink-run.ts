import { setTimeout as wait } from 'node:timers/promises';
import type { ExportSinkConfig } from '@gatehouse/config';
import type pg from 'pg';
import type { AuditReader } from '../read/audit-reader.ts';
import { backoffMs } from './backoff.ts';
import { type Batch, batchesOf } from './batches.ts';
import { type Delivered, deliver } from './delivery.ts';
import { ExportPlace } from './export-place.ts';
import { checkpointLine } from './formats/checkpoint-line.ts';
import { type EventOrigin, exportLine } from './formats/export-format.ts';
import type { ExportEvent, Sink, SinkFailure } from './sinks/sink.ts';

const LOOK_MS = 500;
/** In looks: how often a sink looks whether there is a new checkpoint, and whether its claim is free. */
const CHECKPOINT_LOOKS = 2;
const STANDBY_LOOKS = 4;
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
  /** For tests: how long to wait before looking again. */
  readonly lookMs?: number;
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

  get #lookMs(): number {
    return this.#options.lookMs ?? LOOK_MS;
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
        await this.#pause(STANDBY_LOOKS * this.#lookMs);
        continue;
      }
      this.#state = this.#failures > 0 ? 'failing' : 'sending';
      try {
        await this.#follow(place);
      } catch {
        // The database is away: the audit log itself says so. From the stored place again.
        await this.#pause(this.#lookMs);
      } finally {
        await place.release();
      }
    }
  }

  async #follow(place: ExportPlace): Promise<void> {
    const { config, reader } = this.#options;
    const cursor = new Map(await place.cursor());
    let nextCheckpointMs = 0;
    while (!this.#stopped && !place.lost) {
      if (performance.now() >= nextCheckpointMs) {
        if (!(await this.#sendCheckpoint(place))) return;
        nextCheckpointMs = performance.now() + CHECKPOINT_LOOKS * this.#lookMs;
      }
      const seals = await reader.sealsAfter(cursor, SEALS_AT_ONCE);
      if (seals.length === 0) await this.#pause(this.#lookMs);
      for await (const batch of batchesOf(seals, config, (ids) => this.#events(ids))) {
        const { done, skipped } = await this.#deliver(batch.events, place);
        if (!done) return;
        for (const [chain, seq] of batch.through) cursor.set(chain, seq);
        await this.#note(place, cursor, batch, batch.events.length - skipped);
      }
    }
  }

  /** The newest checkpoint, which says all that those before it said, so that it leaves this machine; false when the run ends. */
  async #sendCheckpoint(place: ExportPlace): Promise<boolean> {
    const { config, origin } = this.#options;
    const checkpoint = config.kind === 'otlp' ? null : await place.newCheckpoint();
    if (checkpoint === null) return true;
    const { id, record } = checkpoint;
    const line = checkpointLine(record, config.format, origin, id);
    const { done } = await this.#deliver([{ id, atMs: Date.parse(record.at), line }], place);
    if (done) {
      await place.tookCheckpoint(id);
      this.#goesOn();
    }
    return done;
  }

  async #note(
    place: ExportPlace,
    cursor: ReadonlyMap<string, bigint>,
    batch: Batch,
    rows: number,
  ): Promise<void> {
    await place.moveTo(cursor, { rows, missing: batch.missing });
    this.#rowsTotal += rows;
    this.#goesOn();
  }

  #goesOn(): void {
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

  #deliver(events: readonly ExportEvent[], place: ExportPlace): Promise<Delivered> {
    return deliver(events, {
      sink: this.#options.sink,
      place,
      failed: (failure, refusedId) => this.#fail(failure, refusedId, place),
      stopped: () => this.#stopped,
    });
  }

  async #fail(failure: SinkFailure, refusedId: string | null, place: ExportPlace): Promise<void> {
    this.#failuresTotal += 1;
    this.#state = 'failing';
    if (this.#failures === 0 || failure.message !== this.#lastProblem)
      this.#options.warn(`the export to ${this.#options.config.name} waits: ${failure.message}`);
    this.#lastProblem = failure.message;
    await place.noteFailure(`${failure.problem}: ${failure.message}`, refusedId);
    await this.#pause((this.#options.pauseMs ?? backoffMs)(this.#failures, failure.retryAfterMs));
    this.#failures += 1;
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
  }
}
