import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** How often the database is asked again, whether or not it said anything. */
const REREAD_MS = 500;
/** An answer that takes longer counts as none: the connection is given up. */
const SILENT_MS = 1000;
const RECONNECT_MS = 100;

/** Reads on the feed's own connection. */
export type FeedQuery = <Row extends pg.QueryResultRow>(
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** Somebody who has to know within a second what other processes changed. */
export interface FeedFollower {
  /** The channel of PostgreSQL's LISTEN. */
  readonly channel: string;
  /** A notification came. Its payload is a hint: what holds is in the tables. */
  heard(payload: string): void;
  /**
   * At each connect (`connected`: whatever was told before it is lost), every 500 ms, and when `reread` asks for it.
   * One that fails gives the connection up.
   */
  reread(query: FeedQuery, connected: boolean): Promise<void> | void;
}

/**
 * Changes that travel between processes: LISTEN on a direct connection of its own, and a second look every 500 ms
 * for whatever a notification did not bring. Connects again for as long as it runs.
 */
export class ChangeFeed {
  readonly #followers = new Set<FeedFollower>();
  readonly #config: pg.ClientConfig;
  readonly #monotonicNow: () => number;
  #heardAtMs: number | null = null;
  #running: Promise<void> | undefined;
  #stopped = new AbortController();
  #again = Promise.withResolvers<void>();

  constructor(config: pg.ClientConfig, monotonicNow: () => number = () => performance.now()) {
    this.#config = config;
    this.#monotonicNow = monotonicNow;
  }

  /** Before `start`. */
  follow(follower: FeedFollower): void {
    this.#followers.add(follower);
  }

  /** Resolves when everybody has read once, or after a second without a database: then it goes on trying. */
  async start(): Promise<void> {
    if (this.#running !== undefined) return;
    this.#stopped = new AbortController();
    const first = Promise.withResolvers<void>();
    this.#running = this.#run(first.resolve);
    await Promise.race([first.promise, pause(SILENT_MS, undefined, { ref: false })]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#again.resolve();
    await this.#running;
    this.#running = undefined;
    this.#heardAtMs = null;
  }

  /** How long ago the database last answered on this connection; infinite before it ever did. */
  silentMs(): number {
    return this.#heardAtMs === null ? Number.POSITIVE_INFINITY : this.#monotonicNow() - this.#heardAtMs;
  }

  /** The database has not been heard for a second: what was heard of it before may not hold any more. */
  get silent(): boolean {
    return this.silentMs() > SILENT_MS;
  }

  /** Everybody reads again now. */
  reread(): void {
    this.#again.resolve();
  }

  async #run(read: () => void): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const client = new pg.Client({
        ...this.#config,
        application_name: 'gatehouse change feed',
        connectionTimeoutMillis: SILENT_MS,
        query_timeout: SILENT_MS,
        keepAlive: true,
      });
      const lost = Promise.withResolvers<void>();
      client.on('error', () => lost.resolve());
      client.on('end', () => lost.resolve());
      client.on('notification', ({ channel, payload }) => this.#notified(channel, payload ?? ''));
      try {
        await this.#serve(client, lost.promise, read);
      } catch {
        // The next connection reads everything again.
      }
      await client.end().catch(() => undefined);
      if (!signal.aborted) await pause(RECONNECT_MS, undefined, { ref: false });
    }
  }

  async #serve(client: pg.Client, lost: Promise<void>, read: () => void): Promise<void> {
    let over = false;
    void lost.then(() => {
      over = true;
    });
    await client.connect();
    const channels = new Set([...this.#followers].map(({ channel }) => channel));
    for (const channel of channels) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    const query: FeedQuery = async <Row extends pg.QueryResultRow>(
      text: string,
      values?: readonly unknown[],
    ) => (await client.query<Row>(text, [...(values ?? [])])).rows;
    for (let connected = true; !over && !this.#stopped.signal.aborted; connected = false) {
      this.#again = Promise.withResolvers();
      await client.query('select');
      for (const follower of this.#followers) await follower.reread(query, connected);
      this.#heardAtMs = this.#monotonicNow();
      read();
      const waited = new AbortController();
      await Promise.race([
        lost,
        this.#again.promise,
        pause(REREAD_MS, undefined, { ref: false, signal: waited.signal }).catch(() => undefined),
      ]);
      waited.abort();
    }
  }

  #notified(channel: string, payload: string): void {
    this.#heardAtMs = this.#monotonicNow();
    for (const follower of this.#followers) if (follower.channel === channel) follower.heard(payload);
  }
}
