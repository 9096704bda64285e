import { type AuditEntry, AuditLog } from '@gatehouse/audit';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import type { LifecycleEvent } from './lifecycle-event.ts';

export interface RecordedChange<T> {
  readonly result: T;
  readonly events: readonly LifecycleEvent[];
}

type Change<T> = (manager: EntityManager) => Promise<RecordedChange<T>>;

const ATTEMPTS = 3;

/**
 * Makes a change and its audit rows in the one honest order: the change is made in a transaction that nobody else
 * sees, its rows are committed to the audit log, then the transaction is. So no change exists without its rows;
 * where a row cannot be written, the change does not happen. The other way round cannot be excluded (a crash
 * between the two commits): where we live to see it, a second row takes the first one back.
 */
@Injectable()
export class RecordedChanges {
  constructor(
    private readonly dataSource: DataSource,
    private readonly audit: AuditLog,
  ) {}

  /**
   * `change` may be run again where it came into a deadlock with another.
   * @throws what `change` throws, or AppError `AUDIT_UNAVAILABLE`: then nothing has changed.
   */
  async make<T>(change: Change<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(change);
      } catch (error) {
        if (attempt === ATTEMPTS || !isDeadlock(error)) throw error;
      }
    }
  }

  async #attempt<T>(change: Change<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let announced: readonly LifecycleEvent[] = [];
    try {
      await runner.startTransaction();
      const { result, events } = await change(runner.manager);
      announced = events;
      await this.#record(events.map(announcement));
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      // Not waited for: where the audit log is down, these wait in its queue or count in its gap row.
      this.#record(announced.map(withdrawal)).catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  async #record(entries: readonly AuditEntry[]): Promise<void> {
    const settled = await Promise.allSettled(entries.map((entry) => this.audit.record(entry)));
    for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** SQLSTATE 40P01. Locks are taken before anything is announced, so an attempt that met one left nothing behind. */
function isDeadlock(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '40P01';
}

function announcement({ event, actor, action, reason, detail }: LifecycleEvent): AuditEntry {
  return { event, context: actor, action, decision: 'allow', policy: 'not_applicable', reason, detail };
}

function withdrawal(event: LifecycleEvent): AuditEntry {
  return {
    ...announcement(event),
    decision: 'deny',
    policy: 'internal_error',
    reason: 'The change that an earlier row of this trace announces could not be confirmed as made.',
  };
}
