import { type AuditEntry, AuditLog } from '@gatehouse/audit';
import { ChangeFeed, Database, type FeedQuery, LazyPool, withClient } from '@gatehouse/database';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type AppliedPolicy, type NewAppliedPolicy, versionInForce } from './applied-policy.ts';
import { deletePending, insertApplied, latestApplied, otherServers } from './policy-ledger.queries.ts';

/** What to write, or null where there is nothing to write after all. */
export type LedgerChange = (
  query: FeedQuery,
  latest: AppliedPolicy | null,
) => Promise<{ readonly applied?: NewAppliedPolicy; readonly entry: AuditEntry | null } | null>;

/** Told at every look of the feed: every 500 ms, and at once when a policy came into force somewhere. */
export type LedgerListener = (query: FeedQuery) => Promise<void>;

/** A database that takes longer to say what is in force does not say it. */
const DEADLINE_MS = 1000;

const ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('gatehouse policy'))";

/** Which policy is in force, as every process on this database knows it. It holds hashes; policies are files. */
@Injectable()
export class PolicyLedger implements OnModuleDestroy {
  #latest: AppliedPolicy | null = null;
  #listener: LedgerListener | undefined;
  readonly #pool: LazyPool;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ChangeFeed) private readonly feed: ChangeFeed,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {
    this.#pool = new LazyPool({ database, purpose: 'policy', connections: 1, deadlineMs: DEADLINE_MS });
    feed.follow({
      channel: 'gatehouse_policy',
      heard: () => this.feed.reread(),
      reread: async (query) => {
        this.#latest = await latestApplied(query);
        await this.#listener?.(query);
      },
    });
  }

  latest(): AppliedPolicy | null {
    return this.#latest;
  }

  /** Null before any policy ever came into force. */
  inForce(): string | null {
    return this.#latest === null ? null : versionInForce(this.#latest);
  }

  /** Whether what `inForce` says may be out of date: the database has not been heard for a second. */
  get silent(): boolean {
    return this.feed.silent;
  }

  /** Asks what is in force, not on the feed's connection and for a second at most. @throws where nobody answers */
  async ask(): Promise<void> {
    this.#latest = await latestApplied(this.#pool.query);
  }

  async onModuleDestroy(): Promise<void> {
    await this.#pool.end();
  }

  /** How long ago the database last said what is in force. */
  silentMs(): number {
    return this.feed.silentMs();
  }

  listen(listener: LedgerListener | undefined): void {
    this.#listener = listener;
  }

  /** Reads now. @throws where the database cannot be reached. */
  refresh(): Promise<void> {
    return this.read(async (query) => {
      this.#latest = await latestApplied(query);
    });
  }

  read<T>(work: (query: FeedQuery) => Promise<T>): Promise<T> {
    return withClient(this.database.clientConfig('server'), (client) =>
      work(async (text, values) => (await client.query(text, [...(values ?? [])])).rows),
    );
  }

  /** How many feeds of servers there are on this database, but for the one that asks. */
  others(query: FeedQuery): Promise<number> {
    return otherServers(query);
  }

  /**
   * One change at a time over all processes: made, its audit row committed, then it is. Where the row cannot be
   * written, nothing has changed. @throws what `change` throws, AppError `AUDIT_UNAVAILABLE`
   */
  async record(change: LedgerChange): Promise<void> {
    let announced: AuditEntry | null = null;
    await this.read(async (query) => {
      await query('begin');
      try {
        await query(ONE_AT_A_TIME);
        const made = await change(query, await latestApplied(query));
        const inserted = made?.applied === undefined || (await insertApplied(query, made.applied));
        if (made?.applied !== undefined && inserted) await deletePending(query, made.applied.version);
        if (made === null || !inserted) {
          await query('rollback');
          return;
        }
        if (made.entry !== null) await this.audit.record(made.entry);
        announced = made.entry;
        await query('commit');
        this.#latest = await latestApplied(query);
      } catch (error) {
        // The error below is what the caller learns; a withdrawal that cannot be written is counted in the gap row.
        if (announced !== null) this.audit.record(withdrawal(announced)).catch(() => undefined);
        throw error;
      }
    });
  }
}

function withdrawal(entry: AuditEntry): AuditEntry {
  return {
    ...entry,
    decision: 'deny',
    policy: 'internal_error',
    reason: 'The change that an earlier row of this trace announces could not be confirmed as made.',
  };
}
