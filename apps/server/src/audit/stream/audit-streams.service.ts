import {
  type AuditCursor,
  AuditReader,
  type AuditVisibility,
  cursorText,
  readCursor,
} from '@gatehouse/audit';
import { GovernancePolicies } from '@gatehouse/config';
import { CredentialResolver } from '@gatehouse/identity';
import { AppError } from '@gatehouse/kernel';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasPermission } from '../../access/has-permission.ts';
import { bearerOf } from '../../http/bearer.ts';
import { AuditSight } from '../audit-sight.ts';
import { AuditHeads } from './audit-heads.ts';
import { EventWriter } from './event-writer.ts';
import { StreamPlaces } from './stream-places.ts';

/** Session and permission are looked at again this often, also while nothing happens (threat T17). */
const CHECK_MS = 1000;
const HEARTBEAT_MS = 15_000;
/** A reader who takes nothing for this long is gone. */
const STALLED_MS = 30_000;
const SEALS_AT_ONCE = 4;
/** At 40 KiB a row at most, this is what one stream holds in memory. */
const ROWS_AT_ONCE = 50;

/** Live rows of the audit trail for whoever may read them, as server-sent events. */
@Injectable()
export class AuditStreams implements OnModuleDestroy {
  readonly #places = new StreamPlaces();
  readonly #heads: AuditHeads;
  readonly #open = new Set<EventWriter>();

  constructor(
    @Inject(AuditReader) private readonly reader: AuditReader,
    @Inject(AuditSight) private readonly sight: AuditSight,
    @Inject(CredentialResolver) private readonly credentials: CredentialResolver,
    @Inject(GovernancePolicies) private readonly policies: GovernancePolicies,
  ) {
    this.#heads = new AuditHeads(() => this.reader.heads());
  }

  onModuleDestroy(): void {
    for (const writer of this.#open) writer.end();
  }

  /**
   * Serves the stream until the client goes, its session or permission ends, or the server stops.
   * @throws AppError `AUDIT_CURSOR_INVALID`, `AUDIT_STREAMS_LIMITED`, before anything is sent
   */
  async serve(
    userId: string,
    cursor: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const start = cursor === undefined ? null : readCursor(cursor);
    if (cursor !== undefined && start === null) {
      throw new AppError('AUDIT_CURSOR_INVALID', 'That is no id of an event of this stream.');
    }
    const leave = this.#places.take(userId);
    try {
      const from = start ?? (await this.reader.heads());
      const writer = new EventWriter(reply);
      this.#open.add(writer);
      // Not awaited: the response is the stream's from here on.
      void this.#run(writer, new Map(from), bearerOf(request)).finally(() => {
        this.#open.delete(writer);
        leave();
      });
    } catch (error) {
      leave();
      throw error;
    }
  }

  async #run(writer: EventWriter, cursor: Map<string, bigint>, bearer: string | undefined): Promise<void> {
    const closed = new AbortController();
    writer.onClose(() => closed.abort());
    const leaveHeads = this.#heads.join();
    try {
      writer.send('cursor', {}, cursorText(cursor));
      let aliveAtMs = performance.now();
      while (writer.isOpen) {
        const sight = await this.#sightOf(bearer);
        if (sight === null) {
          writer.send('end', { code: 'SESSION_ENDED' });
          break;
        }
        if (performance.now() - aliveAtMs > HEARTBEAT_MS) {
          // Also for whoever sees few rows: how far the trail was looked through.
          writer.send('cursor', {}, cursorText(cursor));
          aliveAtMs = performance.now();
        }
        if (isBehind(cursor, this.#heads.current())) await this.#catchUp(writer, cursor, sight, bearer);
        else await this.#heads.next(CHECK_MS, closed.signal);
      }
    } catch {
      // The database is away, or a reader stalled: the client comes back with its last event id.
      writer.destroy();
    } finally {
      leaveHeads();
      writer.end();
    }
  }

  async #catchUp(
    writer: EventWriter,
    cursor: Map<string, bigint>,
    sight: AuditVisibility,
    bearer: string | undefined,
  ): Promise<void> {
    const startedAtMs = performance.now();
    for (const { chain, seq, rowIds } of await this.reader.sealsAfter(cursor, SEALS_AT_ONCE)) {
      const next = new Map(cursor).set(chain, seq);
      for (let at = 0; at < rowIds.length; at += ROWS_AT_ONCE) {
        const ids = rowIds.slice(at, at + ROWS_AT_ONCE);
        const rows = await this.reader.rows(ids, sight);
        const last = at + ROWS_AT_ONCE >= rowIds.length;
        for (const [index, row] of rows.entries()) {
          // The id moves on with a seal's last row: a reader cut off within one gets its rows again.
          const id = last && index === rows.length - 1 ? cursorText(next) : undefined;
          writer.send('row', row, id);
        }
        if (!(await this.#keptUp(writer, bearer))) return;
      }
      cursor.set(chain, seq);
      if (performance.now() - startedAtMs > CHECK_MS / 2) return;
    }
  }

  /** Waits for a slow reader; false when its session ended meanwhile. */
  async #keptUp(writer: EventWriter, bearer: string | undefined): Promise<boolean> {
    const sinceMs = performance.now();
    while (!(await writer.drained(CHECK_MS))) {
      if ((await this.#sightOf(bearer)) === null) return false;
      if (performance.now() - sinceMs > STALLED_MS) throw new Error('the reader stalled');
    }
    return writer.isOpen;
  }

  /** Whose rows the stream may show now; null: none any more. */
  async #sightOf(bearer: string | undefined): Promise<AuditVisibility | null> {
    const outcome = await this.credentials.resolve(bearer, 'api');
    if (!outcome.ok || !hasPermission(this.policies.current(), outcome.principal, 'audit:read:self'))
      return null;
    return this.sight.of(outcome.principal);
  }
}

function isBehind(cursor: AuditCursor, heads: AuditCursor): boolean {
  for (const [chain, seq] of heads) if ((cursor.get(chain) ?? 0n) < seq) return true;
  return false;
}
