import type { AuditEvent } from '@gatehouse/audit';
import type { RequestContext, Role } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { type EntityManager, Not } from 'typeorm';
import { SessionMemory } from '../credentials/session-memory.service.ts';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { revokeSessionsOfUser } from '../sessions/revoke-sessions.ts';
import type { RevokedReason } from '../sessions/session.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { UserEntity, userOf } from './user.entity.ts';
import type { User, UserStatus } from './user.ts';
import { refuseTaken, type UserDetails } from './user-details.ts';
import { userKey } from './user-key.ts';

export interface UserChange {
  readonly actor: RequestContext;
  readonly action: string;
  readonly event: AuditEvent;
  readonly reason: string;
  readonly to: {
    readonly status?: UserStatus;
    readonly role?: Role;
    readonly department?: string | null;
  } & UserDetails;
  /** Why the user's sessions end with it, those of hook credentials and API keys too or not. */
  readonly ends: { readonly reason: RevokedReason; readonly lasting: boolean } | null;
}

const PERSONAL = new Set(['email', 'displayName']);

// One change of a user at a time, so that two admins cannot demote each other into an installation without any.
const ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('gatehouse identity user change'))";

/** Changes one user and ends the sessions that the change ends, with their rows, all or nothing. */
@Injectable()
export class UserChanges {
  constructor(
    private readonly changes: RecordedChanges,
    private readonly memory: SessionMemory,
    private readonly clock: TokenClock,
  ) {}

  /**
   * What is so already is left as it is, without a row.
   * @throws AppError `IDENTITY_USER_UNKNOWN`, `IDENTITY_USER_DELETED`, `IDENTITY_LAST_ADMIN`
   */
  async make(idOrEmail: string, change: UserChange): Promise<User> {
    const { user } = await this.changes.make(async (manager) => {
      await manager.query(ONE_AT_A_TIME);
      const before = await lockUser(manager, idOrEmail);
      const changed = Object.entries(change.to).filter(([name, to]) => before[name as keyof User] !== to);
      if (changed.length === 0) return { result: { user: userOf(before) }, events: [] };
      if (before.status === 'deleted') throw identityError('IDENTITY_USER_DELETED');
      const at = new Date(this.clock.now());
      const after = Object.assign(new UserEntity(), before, change.to, { updatedAt: at });
      await keepAnAdmin(manager, before, after);
      if (change.to.email !== undefined) await refuseTaken(manager, before.id, change.to.email);
      await manager.update(UserEntity, { id: before.id }, { ...change.to, updatedAt: at });
      const { actor, action, event, reason } = change;
      const ended =
        change.ends === null
          ? { ids: [], events: [] }
          : await revokeSessionsOfUser(manager, before.id, { ...change.ends, actor, action, at });
      // Names and addresses enter no row (threat T9): only that they changed.
      const fields = changed.map(([name, to]) =>
        PERSONAL.has(name)
          ? ([name, 'changed'] as const)
          : ([name, { from: before[name as 'role'], to }] as const),
      );
      const detail = { userId: before.id, sessionsEnded: ended.ids.length, ...Object.fromEntries(fields) };
      return {
        result: { user: userOf(after) },
        events: [{ event, actor, action, reason, detail }, ...ended.events],
      };
    });
    this.memory.forgetUser(user.id);
    return user;
  }
}

async function lockUser(manager: EntityManager, idOrEmail: string): Promise<UserEntity> {
  const where = userKey(idOrEmail);
  if (where === null) throw identityError('IDENTITY_USER_UNKNOWN');
  const user = await manager.findOne(UserEntity, { where, lock: { mode: 'pessimistic_write' } });
  if (user === null) throw identityError('IDENTITY_USER_UNKNOWN');
  return user;
}

async function keepAnAdmin(manager: EntityManager, before: UserEntity, after: UserEntity): Promise<void> {
  const wasAdmin = before.role === 'admin' && before.status === 'active';
  if (!wasAdmin || (after.role === 'admin' && after.status === 'active')) return;
  const others = await manager.countBy(UserEntity, {
    id: Not(before.id),
    role: 'admin',
    status: 'active',
  });
  if (others === 0) throw identityError('IDENTITY_LAST_ADMIN');
}
