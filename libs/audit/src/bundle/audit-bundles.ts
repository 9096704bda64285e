import { Database } from '@gatehouse/database';
import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { type Receipt, verifyRecords } from '../../verifier/verify.mjs';
import { ReaderSight } from '../read/reader-sight.ts';
import { currentOrigin } from '../signing/signing.queries.ts';
import { type AnchoredCheckpoint, bundledKeys, lastAnchoredCheckpoint } from './bundle.queries.ts';
import type { BundleRecord } from './bundle-record.ts';
import { type BundleOptions, bundleRecords } from './bundle-records.ts';
import { type RowProof, rowProof } from './row-proof.ts';

export interface VerifyOptions {
  /** Public keys that are trusted, as C2SP verifier keys; none: those that the log itself names. */
  readonly keys?: readonly string[];
  /** Notes that an anchor kept. */
  readonly anchors?: readonly string[];
  /** What callers kept of their answers. */
  readonly receipts?: readonly Receipt[];
  /** Logs of which it is known that they were begun in place of others. */
  readonly accept?: readonly string[];
}

export type VerifyReport = Awaited<ReturnType<typeof verifyRecords>>;

export interface AuditKey {
  readonly vkey: string;
  readonly since: Date;
  readonly certificate: string | null;
}

/** What proves the log, read as role `reader`. */
@Injectable()
export class AuditBundles {
  readonly #database: Database;
  readonly #sight: ReaderSight;

  constructor(@Inject(Database) database: Database) {
    this.#database = database;
    this.#sight = new ReaderSight(database);
  }

  /** The records of a bundle, in order. */
  async *records(options: BundleOptions): AsyncGenerator<BundleRecord> {
    const client = await this.#connect();
    try {
      yield* bundleRecords(client, options);
    } finally {
      await client.end();
    }
  }

  /** Verifies the live database, as one moment has it. */
  verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    return verifyRecords(this.records({ content: true }), options);
  }

  /** The public keys of the log, oldest first. */
  async keys(): Promise<readonly AuditKey[]> {
    const client = await this.#connect();
    try {
      return await bundledKeys(client, await currentOrigin(client));
    } finally {
      await client.end();
    }
  }

  /** That one row is in the signed tree; null when there is no such row, or no checkpoint covers it yet. */
  async proof(id: string, from?: number): Promise<RowProof | null> {
    const client = await this.#connect();
    try {
      return await rowProof(client, id, from);
    } finally {
      await client.end();
    }
  }

  /** The last checkpoint that names every writer's head. */
  async lastAnchored(): Promise<AnchoredCheckpoint | null> {
    const client = await this.#connect();
    try {
      return await lastAnchoredCheckpoint(client, await currentOrigin(client));
    } finally {
      await client.end();
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      ...this.#database.clientConfig('reader'),
      application_name: 'gatehouse audit bundle',
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      // A proof is about every row there is.
      await this.#sight.tell(client, { kind: 'all' }, 'connection');
      return client;
    } catch (error) {
      await client.end();
      throw error;
    }
  }
}
