import type { RetentionSettings } from '@gatehouse/config';
import { withClient } from '@gatehouse/database';
import { type JsonObject, newId, type RequestContext } from '@gatehouse/kernel';
import type pg from 'pg';
import type { AuditEntry } from '../audit-entry.ts';
import type { AuditEvent } from '../audit-event.ts';
import type { AuditLog } from '../audit-log.ts';
import { LOG_LEVELS } from '../logs/log-level.ts';
import {
  type DroppedLines,
  type DuePartition,
  dropLogLines,
  dropPartition,
  duePartitions,
  erasable,
  eraseContent,
  type Hold,
  listHolds,
  placeHold,
  releaseHold,
} from './retention.queries.ts';
import { type RetentionPeriod, retentionPeriod } from './retention-period.ts';

const DAY_MS = 86_400_000;

export interface RetentionPlan {
  readonly audit: RetentionPeriod & { readonly before: string; readonly partitions: readonly DuePartition[] };
  readonly logs: readonly {
    readonly level: string;
    readonly days: number;
    readonly before: string;
    readonly partitions: readonly DroppedLines[];
  }[];
}

/** What a hold covers: rows of a user, of a trace, or of a period. */
export type HoldScope =
  | { readonly kind: 'user' | 'trace'; readonly subject: string }
  | { readonly kind: 'period'; readonly from: Date; readonly to: Date };

export interface RetentionOptions {
  /** Role `retention`. */
  readonly config: pg.ClientConfig;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly settings: RetentionSettings;
  readonly nowMs?: () => number;
}

/**
 * Lets go of what was kept long enough, holds what must be kept longer, and erases content on request. Each is a
 * sealed row first; the database does nothing without it.
 */
export class Retention {
  readonly #options: RetentionOptions;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** What would be dropped now. */
  plan(): Promise<RetentionPlan> {
    return this.#connected((client) => this.#plan(client));
  }

  /** Drops what is due, of the audit log the oldest `mostMonths` alone, and returns what was dropped. */
  async run(context: RequestContext, mostMonths = Number.POSITIVE_INFINITY): Promise<RetentionPlan> {
    return this.#connected(async (client) => {
      const plan = await this.#plan(client);
      const months = plan.audit.partitions.slice(0, mostMonths);
      for (const { partition, from, to, rows, held } of months) {
        const rule = `${plan.audit.rule}: ${plan.audit.days} days`;
        const record = await this.#record(
          'audit.purged',
          context,
          'A month of the audit log was kept long enough.',
          {
            partition,
            from,
            to,
            rows,
            held,
            rule,
          },
        );
        await dropPartition(client, partition, record);
      }
      const logs = [];
      for (const tier of plan.logs) {
        const before = new Date(tier.before);
        if (tier.partitions.length > 0) {
          await this.#record('audit.purged', context, 'Lines of the log were kept long enough.', {
            table: 'logs',
            level: tier.level,
            before: tier.before,
            partitions: tier.partitions.map(({ partition }) => partition),
            rule: `${tier.level}: ${tier.days} days`,
          });
        }
        logs.push({ ...tier, partitions: await dropLogLines(client, tier.level, before, false) });
      }
      return { audit: { ...plan.audit, partitions: months }, logs };
    });
  }

  /** Returns the hold's id. */
  async hold(context: RequestContext, scope: HoldScope, reason: string): Promise<string> {
    const id = newId<string>();
    const covered =
      scope.kind === 'period'
        ? { subject: null, from: scope.from.toISOString(), to: scope.to.toISOString() }
        : { subject: scope.subject, from: null, to: null };
    const record = await this.#record('audit.held', context, 'A legal hold was placed.', {
      hold: id,
      kind: scope.kind,
      ...covered,
      reason,
      released: false,
    });
    await this.#connected((client) => placeHold(client, record));
    return id;
  }

  /** False when there is no such hold, or it was released before. */
  async release(context: RequestContext, id: string, reason: string): Promise<boolean> {
    return this.#connected(async (client) => {
      const standing = (await listHolds(client)).some((hold) => hold.id === id && hold.releasedAt === null);
      if (!standing) return false;
      const facts = { hold: id, released: true, reason };
      return releaseHold(
        client,
        await this.#record('audit.held', context, 'A legal hold was released.', facts),
      );
    });
  }

  holds(): Promise<readonly Hold[]> {
    return this.#connected(listHolds);
  }

  /** How many rows hold content of the user, and how many of them are under a hold. */
  erasable(userId: string): Promise<{ readonly rows: number; readonly held: number }> {
    return this.#connected((client) => erasable(client, userId));
  }

  /**
   * Erases what the user sent and got, up to now, but for what is held. Rows, their commitments and seals stay.
   * Returns how many rows lost their content.
   */
  async erase(
    context: RequestContext,
    userId: string,
    rule: string,
  ): Promise<{ rows: number; held: number; record: string }> {
    return this.#connected(async (client) => {
      const { rows, held } = await erasable(client, userId);
      const until = lastIdOf(this.#now());
      const record = await this.#record(
        'audit.erased',
        context,
        "A person's content was erased on request.",
        {
          user_id: userId,
          until,
          rows,
          held,
          rule,
        },
      );
      return { rows: await eraseContent(client, userId, until, record), held, record };
    });
  }

  async #plan(client: pg.ClientBase): Promise<RetentionPlan> {
    const { settings } = this.#options;
    const period = retentionPeriod(settings);
    const before = new Date(this.#now() - period.days * DAY_MS);
    const logs = [];
    for (const level of LOG_LEVELS) {
      const days = settings.logDays[level];
      const levelBefore = new Date(this.#now() - days * DAY_MS);
      const partitions = await dropLogLines(client, level, levelBefore, true);
      logs.push({ level, days, before: levelBefore.toISOString(), partitions });
    }
    const partitions = await duePartitions(client, before);
    return { audit: { ...period, before: before.toISOString(), partitions }, logs };
  }

  async #record(
    event: AuditEvent,
    context: RequestContext,
    reason: string,
    detail: JsonObject,
  ): Promise<string> {
    const entry: AuditEntry = {
      event,
      context,
      action: 'retention',
      decision: 'allow',
      policy: 'not_applicable',
      reason,
      detail,
    };
    return (await this.#options.audit.record(entry)).id;
  }

  #now(): number {
    return (this.#options.nowMs ?? Date.now)();
  }

  #connected<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return withClient({ ...this.#options.config, application_name: 'gatehouse retention' }, work);
  }
}

/** The largest row id of a millisecond. */
function lastIdOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-ffff-ffff-ffffffffffff`;
}
