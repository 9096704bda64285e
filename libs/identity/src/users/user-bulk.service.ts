import { AuditLog } from '@gatehouse/audit';
import { AppError, type RequestContext } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { identityError } from '../identity-error.ts';
import type { User } from './user.ts';
import { type UserFilter, Users } from './users.service.ts';

export const BULK_ACTIONS = ['suspend', 'reactivate', 'delete'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** How many users one bulk change concerns at most. */
export const BULK_LIMIT = 500;
const PAGE = 200;

/** Whom a bulk change concerns. All that is given has to fit, and something has to be given. */
export interface BulkFilter extends Pick<UserFilter, 'role' | 'status' | 'department' | 'text'> {
  /** Only who has been a user for this many days. */
  readonly olderThanDays?: number;
}

export interface BulkOutcome {
  readonly matched: readonly User[];
  readonly changed: readonly string[];
  readonly failed: readonly { readonly userId: string; readonly code: string }[];
}

/** Changes many users, each as if it were the only one: with its own row, and one that fails stops no other. */
@Injectable()
export class UserBulk {
  constructor(
    private readonly users: Users,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The user who asks is never among them. With `dryRun` nothing changes.
   * @throws AppError `IDENTITY_BULK_UNBOUNDED` without a filter, `IDENTITY_BULK_FULL` over 500 users
   */
  async change(
    action: BulkAction,
    filter: BulkFilter,
    { actor, dryRun = false }: { actor: RequestContext; dryRun?: boolean },
  ): Promise<BulkOutcome> {
    const matched = await this.#matching(filter, actor.userId);
    const changed: string[] = [];
    const failed: { userId: string; code: string }[] = [];
    if (dryRun) return { matched, changed, failed };
    for (const { id } of matched) {
      try {
        await this.users[action](id, actor);
        changed.push(id);
      } catch (error) {
        if (!(error instanceof AppError) || error.owner !== 'caller') throw error;
        failed.push({ userId: id, code: error.code });
      }
    }
    return { matched, changed, failed };
  }

  /** Every user that fits, newest first, as one list that a row says was taken out. */
  async export(filter: UserFilter, actor: RequestContext): Promise<readonly User[]> {
    const users: User[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.users.list({
        ...filter,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      users.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    await this.audit.record({
      event: 'admin.users_exported',
      context: actor,
      action: 'users.export',
      decision: 'allow',
      policy: 'not_applicable',
      reason: 'A list of users was exported.',
      detail: { count: users.length },
    });
    return users;
  }

  async #matching({ olderThanDays, ...filter }: BulkFilter, self: string): Promise<readonly User[]> {
    const given = [...Object.values(filter), olderThanDays].some((value) => value !== undefined);
    if (!given) throw identityError('IDENTITY_BULK_UNBOUNDED');
    const before =
      olderThanDays === undefined ? Number.POSITIVE_INFINITY : Date.now() - olderThanDays * 86_400_000;
    const matched: User[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.users.list({
        ...filter,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      matched.push(...page.items.filter(({ id, createdAt }) => id !== self && createdAt.getTime() < before));
      if (matched.length > BULK_LIMIT) throw identityError('IDENTITY_BULK_FULL');
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return matched;
  }
}
