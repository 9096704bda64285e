import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { SealReceipt } from '../audit-entry.ts';
import { appendFailure } from './append-failure.ts';
import { append } from './append-statement.ts';
import { type Batch, formBatch, sameMonth } from './batch.ts';
import { Gathering } from './gathering.ts';
import {
  closeQuietly,
  type LaneConnection,
  LaneGone,
  type LaneIdentity,
  LaneTaken,
  openLane,
} from './lane-connection.ts';
import type { LaneHead } from './lane-head.ts';
import type { PendingRow } from './pending-row.ts';
import { ScratchBuffer } from './scratch-buffer.ts';

const RETRY_MIN_MS = 20;
const RETRY_MAX_MS = 500;
/** Refused claims after which a lane looks for another chain. */
const PATIENCE = 12;

/** What a lane asks of the log it writes for. */
export interface LaneHost {
  readonly config: pg.ClientConfig;
  readonly kind: 'server' | 'cli';
  /** How many rows no lane has taken yet. */
  readonly waiting: () => number;
  /** The next rows to write, none when there are none. */
  take(): PendingRow[];
  putBack(rows: readonly PendingRow[]): void;
  committed(row: PendingRow, id: string, seal: SealReceipt): void;
  /** The database refused this very row. */
  refused(row: PendingRow, error: unknown): void;
  /** Nothing was written, and nobody waits for the row any more. */
  lost(row: PendingRow): void;
  warn(message: string, error?: unknown): void;
}

/**
 * One connection, one chain, at most one batch in flight: so a chain is strictly serial, and a failed batch never
 * touches another. The lane's state moves only when the database has acknowledged.
 */
export class Lane {
  readonly #host: LaneHost;
  #scratch = new ScratchBuffer();
  #connection: LaneConnection | null = null;
  #identity: LaneIdentity | null = null;
  #head: LaneHead | null = null;
  #running: Promise<void> | null = null;
  #busySince: number | null = null;
  #gathering: Gathering | null = null;
  /** Attempts to reconnect end here, in epoch milliseconds. */
  #stopAtMs = Number.POSITIVE_INFINITY;

  constructor(host: LaneHost) {
    this.#host = host;
  }

  /** Whether it was ever opened or asked to write. */
  get used(): boolean {
    return this.#identity !== null || this.#running !== null;
  }

  /** `performance.now()` of the beginning of the batch that it gathers or writes; null while there is none. */
  get busySince(): number | null {
    return this.#busySince;
  }

  /** The batch that it gathers; null while it writes or rests. */
  get gathering(): Gathering | null {
    return this.#gathering;
  }

  get connected(): boolean {
    return this.#connection !== null;
  }

  /** Claims a lane. @throws when the database cannot be reached. */
  async open(): Promise<void> {
    this.#adopt(await openLane(this.#host.config, this.#host.kind, this.#identity));
  }

  /** Starts writing what is queued, once a batch has gathered. */
  wake(): void {
    this.#running ??= this.#gathered()
      .then(() => this.#run())
      .catch((error: unknown) => {
        this.#rest();
        this.#host.warn('an audit lane failed', error);
      });
  }

  /** Writes what there is to write, if the database answers by then. */
  async drain(untilMs: number): Promise<void> {
    this.#stopAtMs = untilMs;
    this.wake();
    await this.#running;
  }

  async close(): Promise<void> {
    this.#stopAtMs = 0;
    await this.#running;
    await this.#disconnect();
  }

  async #run(): Promise<void> {
    if (this.#head === null && !(await this.#reconnect())) {
      this.#rest();
      return;
    }
    for (let rows = this.#host.take(); rows.length > 0; rows = this.#host.take()) {
      await this.#write(rows);
      if (this.#head === null && Date.now() >= this.#stopAtMs) break;
      await this.#gathered();
    }
    this.#rest();
  }

  /** The beginning of a batch. */
  async #gathered(): Promise<void> {
    this.#busySince = performance.now();
    this.#gathering = new Gathering(this.#host.waiting);
    await this.#gathering.done;
    this.#gathering = null;
  }

  /** In the same turn as the look that found nothing: a row that comes now wakes it again. */
  #rest(): void {
    this.#running = null;
    this.#busySince = null;
  }

  async #write(rows: readonly PendingRow[]): Promise<void> {
    if (rows.length === 0) return;
    if (this.#head === null) {
      if (await this.#reconnect()) await this.#write(this.#stillWanted(rows));
      else this.#host.putBack(rows);
      return;
    }
    const together = sameMonth(rows, this.#head.ms);
    if (together < rows.length) {
      await this.#write(rows.slice(0, together));
      await this.#write(rows.slice(together));
      return;
    }
    await this.#commit(formBatch(rows, this.#head, this.#identity!.lane, this.#identity!.chain));
  }

  async #commit(batch: Batch): Promise<void> {
    try {
      await append(this.#connection!.client, this.#scratch, this.#identity!.chain, batch);
    } catch (error) {
      await this.#failed(batch, error);
      return;
    }
    this.#acknowledge(batch);
  }

  #acknowledge(batch: Batch): void {
    this.#head = batch.head;
    const seal = { chain: this.#identity!.chain, seq: batch.seq, root: batch.root };
    for (let i = 0; i < batch.rows.length; i += 1)
      this.#host.committed(batch.rows[i]!, batch.idTexts[i]!, seal);
  }

  async #failed(batch: Batch, error: unknown): Promise<void> {
    // The old connection may still be sending from it: what it sends must stay as it was.
    this.#scratch = new ScratchBuffer();
    const failure = appendFailure(error);
    if (failure === 'bad_row') {
      await this.#isolate(batch.rows, error);
      return;
    }
    this.#host.warn('an audit batch was not acknowledged', error);
    if (failure === 'not_written') {
      await delay(RETRY_MIN_MS);
      await this.#write(this.#stillWanted(batch.rows));
      return;
    }
    await this.#settleUnknown(batch);
  }

  /** Halves the batch until the bad row stands alone; only that one is refused. */
  async #isolate(rows: readonly PendingRow[], error: unknown): Promise<void> {
    if (rows.length === 1) {
      this.#host.refused(rows[0]!, error);
      return;
    }
    const half = Math.ceil(rows.length / 2);
    await this.#write(rows.slice(0, half));
    await this.#write(rows.slice(half));
  }

  /** After a lost answer the head of the chain says what became of the batch. */
  async #settleUnknown(batch: Batch): Promise<void> {
    const chain = this.#identity?.chain;
    if (!(await this.#reconnect(batch))) {
      this.#abandon(batch.rows);
      return;
    }
    // With its chain the batch is gone too.
    if (this.#identity?.chain !== chain) {
      this.#host.putBack(batch.rows);
      return;
    }
    const head = this.#connection!.head;
    if (head.seq === batch.seq && head.root.equals(batch.root)) {
      this.#acknowledge(batch);
    } else if (head.seq === batch.seq - 1n && head.root.equals(batch.prevRoot)) {
      // The same rows under the same number: should the first attempt still commit, the second one fails on the key.
      await this.#commit(batch);
    } else {
      this.#host.warn(`another process writes chain ${this.#identity!.chain}; this lane leaves it`);
      await this.#leaveChain();
      this.#host.putBack(batch.rows);
    }
  }

  #stillWanted(rows: readonly PendingRow[]): PendingRow[] {
    return rows.filter((row) => {
      if (row.state === 'waiting') return true;
      this.#host.lost(row);
      return false;
    });
  }

  #abandon(rows: readonly PendingRow[]): void {
    for (const row of rows) this.#host.lost(row);
  }

  /**
   * Tries until it has a lane again; false when it is to stop. With a batch whose fate is open it insists on its
   * own chain; without one it takes another when its own stays taken. A chain that the database lost it leaves.
   */
  async #reconnect(open?: Batch): Promise<boolean> {
    await this.#disconnect();
    let taken = 0;
    for (let wait = RETRY_MIN_MS; ; wait = Math.min(wait * 2, RETRY_MAX_MS)) {
      if (Date.now() >= this.#stopAtMs) return false;
      try {
        const wanted = open === undefined && taken >= PATIENCE ? null : this.#identity;
        this.#adopt(await openLane(this.#host.config, this.#host.kind, wanted));
        return true;
      } catch (error) {
        if (error instanceof LaneTaken) taken += 1;
        else if (error instanceof LaneGone) {
          this.#host.warn('the audit database was restored from an older copy; this lane begins a new chain');
          this.#identity = null;
          continue;
        } else if (wait === RETRY_MIN_MS) this.#host.warn('the audit database does not answer', error);
      }
      await delay(wait);
    }
  }

  async #leaveChain(): Promise<void> {
    await this.#disconnect();
    this.#identity = null;
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    this.#head = null;
    if (connection !== null) await closeQuietly(connection.client);
  }

  #adopt(connection: LaneConnection): void {
    this.#connection = connection;
    this.#identity = { lane: connection.lane, chain: connection.chain };
    this.#head = connection.head;
    connection.client.once('end', () => {
      if (this.#connection !== connection || Number.isFinite(this.#stopAtMs)) return;
      this.#connection = null;
      this.#head = null;
      this.wake();
    });
  }
}
