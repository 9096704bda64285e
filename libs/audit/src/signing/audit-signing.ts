import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '@gatehouse/config';
import pg from 'pg';
import type { Anchors } from '../anchors/anchors.ts';
import { closeQuietly } from '../writer/lane-connection.ts';
import { type BeginLogOptions, beginLog, type NewLog } from './begin-log.ts';
import { openSignedLog, type SignedLog } from './signed-log.ts';
import { type RotatedKey, SignerChild, SignerRefusal } from './signer-child.ts';
import { currentOrigin, storeKey, trySigningLock } from './signing.queries.ts';

/** How long seals gather for one signature: with what it takes to sign, the bound of the unsigned tail. */
const SIGN_EVERY_MS = 500;
const ANCHOR_EVERY_MS = 60_000;
const STANDBY_MS = 1000;
const RETRY_MS = 2000;

export interface AuditSigningOptions {
  /** Role `server`. */
  readonly config: pg.ClientConfig;
  readonly installation: Pick<Installation, 'root' | 'keyDir'>;
  readonly anchors: Anchors;
  readonly warn: (message: string, error?: unknown) => void;
  /** For tests. */
  readonly signEveryMs?: number;
  readonly anchorEveryMs?: number;
}

export interface SigningStatus {
  /** `standby`: another server of this database signs. `refused`: the database does not hold what was signed. */
  readonly state: 'stopped' | 'starting' | 'signing' | 'standby' | 'refused' | 'unavailable';
  readonly problem: string | null;
  readonly vkey: string | null;
  /** Seals in the tree. */
  readonly size: number;
  /** From the commit of the oldest seal of the last checkpoint until that was stored. */
  readonly lagMs: number;
  readonly maxLagMs: number;
  readonly checkpointsTotal: number;
  readonly anchorFailuresTotal: number;
  readonly signerPid: number | null;
}

type OwnStatus = Omit<SigningStatus, 'signerPid' | 'anchorFailuresTotal'>;

/**
 * Signs the seals of every chain of the database after their commit, and hands a checkpoint to the anchors every
 * minute and at the end. One server at a time does so, by an advisory lock. What cannot be signed is recorded all the
 * same and signed later.
 */
export class AuditSigning {
  readonly #options: AuditSigningOptions;
  #client: pg.Client | null = null;
  #child: SignerChild | null = null;
  #log: SignedLog | null = null;
  #running: Promise<void> | null = null;
  #busy: Promise<unknown> = Promise.resolve();
  #stopping = new AbortController();
  #nextAnchorMs = 0;
  #status: OwnStatus = {
    state: 'stopped',
    problem: null,
    vkey: null,
    size: 0,
    lagMs: 0,
    maxLagMs: 0,
    checkpointsTotal: 0,
  };

  constructor(options: AuditSigningOptions) {
    this.#options = options;
  }

  /** Returns at once: signing is no condition of recording. */
  start(): void {
    if (this.#running !== null) return;
    this.#set({ state: 'starting' });
    this.#nextAnchorMs = performance.now() + this.#anchorEveryMs;
    this.#running = this.#run();
  }

  status(): SigningStatus {
    return {
      ...this.#status,
      anchorFailuresTotal: this.#options.anchors.failuresTotal,
      signerPid: this.#child?.pid ?? null,
    };
  }

  /** Signs what is there now, and anchors it. False when another process signs. @throws SignerRefusal */
  signNow(): Promise<boolean> {
    return this.#alone(async () => {
      if (!(await this.#open())) return false;
      await this.#sign(true);
      return true;
    });
  }

  /** A signed statement that a document with this hash was made here, and the key that it can be verified with. */
  attest(purpose: string, sha256: string): Promise<{ readonly note: string; readonly vkey: string }> {
    return this.#aside(async (client, child) => {
      const origin = await currentOrigin(client);
      const { vkey } = await child.open(origin);
      await storeKey(client, origin, vkey);
      return child.attest(purpose, sha256);
    });
  }

  /** A new signing key: made known with its certificate, then used; by whichever process signs. */
  rotateKey(): Promise<RotatedKey> {
    return this.#aside(async (client, child) => {
      const origin = await currentOrigin(client);
      const { vkey: before } = await child.open(origin);
      await storeKey(client, origin, before);
      const rotated = await child.rotate();
      await storeKey(client, origin, rotated.vkey, rotated.certificate);
      await child.adopt();
      return rotated;
    });
  }

  /** See `beginLog`; the new log is signed and anchored at once. */
  async beginLog(options: Omit<BeginLogOptions, 'warn'>): Promise<NewLog> {
    const { warn } = this.#options;
    const log = await this.#alone(async () => {
      // Who was refused just now may still hold the lock.
      await this.#close();
      return this.#aside((client, child) => beginLog(client, child, { ...options, warn }));
    });
    await this.signNow();
    return log;
  }

  /** With a signer and a connection of its own. */
  async #aside<T>(work: (client: pg.Client, child: SignerChild) => Promise<T>): Promise<T> {
    const child = new SignerChild(this.#options.installation);
    try {
      const client = await this.#connect();
      try {
        return await work(client, child);
      } finally {
        await closeQuietly(client);
      }
    } finally {
      await child.stop();
    }
  }

  /** The last checkpoint is made and anchored, then the signer ends. */
  async stop(): Promise<void> {
    const running = this.#running;
    this.#stopping.abort();
    await running;
    await this.#busy;
    if (running !== null && this.#log !== null) {
      await this.#sign(true).catch((error: unknown) =>
        this.#options.warn('the last checkpoint was not made', error),
      );
    }
    await this.#close();
    this.#set({ state: 'stopped' });
  }

  get #anchorEveryMs(): number {
    return this.#options.anchorEveryMs ?? ANCHOR_EVERY_MS;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const waitMs = await this.#alone(() => this.#turn());
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One look at the chains; how long to wait until the next. */
  async #turn(): Promise<number> {
    try {
      if (!(await this.#open())) {
        this.#set({ state: 'standby', problem: null });
        return STANDBY_MS;
      }
      const due = performance.now() >= this.#nextAnchorMs;
      if (due) this.#nextAnchorMs = performance.now() + this.#anchorEveryMs;
      await this.#sign(due);
      this.#set({ state: 'signing', problem: null });
      return this.#options.signEveryMs ?? SIGN_EVERY_MS;
    } catch (error) {
      const state = error instanceof SignerRefusal ? 'refused' : 'unavailable';
      const problem =
        error instanceof SignerRefusal ? error.message : 'the signer or the database does not answer';
      if (this.#status.state !== state) this.#options.warn(`audit seals are not signed: ${problem}`, error);
      this.#set({ state, problem });
      await this.#close();
      return RETRY_MS;
    }
  }

  /** One after the other: two that sign at once would each take the other's seals for a fork. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#busy.then(work);
    this.#busy = done.catch(() => undefined);
    return done;
  }

  /** Whether this process signs. */
  async #open(): Promise<boolean> {
    if (this.#log !== null && !this.#child!.gone && this.#client !== null) return true;
    if (this.#client === null) {
      const client = await this.#connect();
      client.once('end', () => {
        if (this.#client === client) this.#client = null;
      });
      this.#client = client;
    }
    if (!(await trySigningLock(this.#client))) return false;
    if (this.#child === null || this.#child.gone) this.#child = new SignerChild(this.#options.installation);
    this.#log = await openSignedLog(this.#client, this.#child, this.#options.warn);
    this.#set({ vkey: this.#log.vkey, size: this.#log.size });
    return true;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...this.#options.config,
      application_name: 'gatehouse audit signing',
      connectionTimeoutMillis: 2000,
      query_timeout: 15_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await closeQuietly(client);
      throw error;
    }
  }

  async #sign(anchor: boolean): Promise<void> {
    const log = this.#log!;
    for (;;) {
      const step = await log.signNext(anchor);
      if (step === null) return;
      const { checkpoint, lagMs, more } = step;
      this.#set({
        vkey: log.vkey,
        size: log.size,
        lagMs,
        maxLagMs: Math.max(this.#status.maxLagMs, lagMs),
        checkpointsTotal: this.#status.checkpointsTotal + 1,
      });
      if (more) continue;
      if (checkpoint.anchored) await this.#options.anchors.publish(checkpoint);
      return;
    }
  }

  async #close(): Promise<void> {
    const [client, child] = [this.#client, this.#child];
    this.#client = null;
    this.#child = null;
    this.#log = null;
    await child?.stop();
    if (client !== null) await closeQuietly(client);
  }

  #set(fields: Partial<OwnStatus>): void {
    this.#status = { ...this.#status, ...fields };
  }
}
