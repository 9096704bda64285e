import { systemContext, WrittenTexts } from '@gatehouse/audit';
import { newId, type RequestContext, type Role, type UserId } from '@gatehouse/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { type Page, type PageRequest, pageBounds, pageOf } from '../page.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import { UserEntity, userOf } from './user.entity.ts';
import type { User, UserStatus } from './user.ts';
import { UserChanges } from './user-changes.service.ts';
import { detailsOf, type UserDetails } from './user-details.ts';
import { departmentOf, displayNameOf, emailOf, roleOf } from './user-input.ts';
import { userKey } from './user-key.ts';

export interface NewUser {
  readonly email: string;
  /** What stands before the `@` when left out. */
  readonly displayName?: string;
  /** `user` when left out. */
  readonly role?: string;
  readonly department?: string | null;
}

export interface UserFilter extends PageRequest {
  readonly status?: UserStatus;
  readonly role?: Role;
  readonly department?: string;
  /** Stands in the e-mail address or the display name, in large letters or small. */
  readonly text?: string;
}

/** Who may have sessions. A user is named by id or e-mail address; `actor` is who makes a change. */
@Injectable()
export class Users {
  constructor(
    private readonly dataSource: DataSource,
    private readonly changes: RecordedChanges,
    private readonly userChanges: UserChanges,
    private readonly clock: TokenClock,
    private readonly texts: WrittenTexts,
  ) {}

  /** @throws AppError `IDENTITY_EMAIL_TAKEN`, `IDENTITY_TEXT_HOLDS_CREDENTIAL`, and the `…_INVALID` of each field */
  async create(input: NewUser, actor: RequestContext = systemContext()): Promise<User> {
    this.#requireNoCredential(input.email, input.displayName, input.department);
    const email = emailOf(input.email);
    const now = new Date(this.clock.now());
    const entity = Object.assign(new UserEntity(), {
      id: newId<UserId>(),
      email,
      displayName: displayNameOf(input.displayName ?? email.slice(0, email.lastIndexOf('@'))),
      role: roleOf(input.role ?? 'user'),
      department: departmentOf(input.department ?? null),
      status: 'active' as const,
      createdAt: now,
      updatedAt: now,
    });
    return this.changes.make(async (manager) => {
      const inserted = await manager
        .createQueryBuilder()
        .insert()
        .into(UserEntity)
        .values(entity)
        .orIgnore()
        .returning('id')
        .execute();
      if ((inserted.raw as unknown[]).length === 0) throw identityError('IDENTITY_EMAIL_TAKEN');
      const { id: userId, role, department } = entity;
      const detail = { userId, role, department };
      const reason = 'A user was created.';
      return {
        result: userOf(entity),
        events: [{ event: 'user.created', actor, action: 'users.create', reason, detail }],
      };
    });
  }

  /** By id also a deleted one, by e-mail address not. @throws AppError `IDENTITY_USER_UNKNOWN` */
  async get(idOrEmail: string): Promise<User> {
    const found = await this.find(idOrEmail);
    if (found === null) throw identityError('IDENTITY_USER_UNKNOWN');
    return found;
  }

  async find(idOrEmail: string): Promise<User | null> {
    const where = userKey(idOrEmail);
    const entity = where === null ? null : await this.dataSource.manager.findOneBy(UserEntity, where);
    return entity === null ? null : userOf(entity);
  }

  /** Newest first; deleted ones only where the filter names that status. */
  async list({ status, role, department, text, ...request }: UserFilter = {}): Promise<Page<User>> {
    const { after, size } = pageBounds(request);
    const query = this.dataSource.manager
      .createQueryBuilder(UserEntity, 'u')
      .orderBy('u.id', 'DESC')
      .take(size + 1);
    if (status === undefined) query.andWhere("u.status <> 'deleted'");
    else query.andWhere('u.status = :status', { status });
    if (after !== null) query.andWhere('u.id < :after', { after });
    if (role !== undefined) query.andWhere('u.role = :role', { role: roleOf(role) });
    if (department !== undefined) {
      query.andWhere('u.department = :department', { department: departmentOf(department) });
    }
    if (text !== undefined) {
      // `position` and not `like`: a `%` in what is searched for is a per cent sign.
      query.andWhere('position(lower(:text) in lower(u.email || chr(10) || u.displayName)) > 0', { text });
    }
    return pageOf((await query.getMany()).map(userOf), size);
  }

  /**
   * A new e-mail address or name; sessions go on.
   * @throws AppError `IDENTITY_EMAIL_TAKEN`, `IDENTITY_NOTHING_TO_CHANGE`, the `…_INVALID` of each field
   */
  async update(
    idOrEmail: string,
    details: UserDetails,
    actor: RequestContext = systemContext(),
  ): Promise<User> {
    this.#requireNoCredential(details.email, details.displayName);
    return this.userChanges.make(idOrEmail, {
      actor,
      action: 'users.update',
      event: 'user.updated',
      reason: "The user's details were changed.",
      to: detailsOf(details),
      ends: null,
    });
  }

  /** Ends the user's tokens; hook credentials answer nothing until the user is active again. */
  suspend(idOrEmail: string, actor: RequestContext = systemContext()): Promise<User> {
    return this.userChanges.make(idOrEmail, {
      actor,
      action: 'users.suspend',
      event: 'user.suspended',
      reason: 'The user was suspended and their sessions ended.',
      to: { status: 'suspended' },
      ends: { reason: 'user_suspended', lasting: false },
    });
  }

  reactivate(idOrEmail: string, actor: RequestContext = systemContext()): Promise<User> {
    return this.userChanges.make(idOrEmail, {
      actor,
      action: 'users.reactivate',
      event: 'user.updated',
      reason: 'The user is active again.',
      to: { status: 'active' },
      ends: null,
    });
  }

  /** For good: the id stays, for old rows; the address may be used for another user. */
  delete(idOrEmail: string, actor: RequestContext = systemContext()): Promise<User> {
    return this.userChanges.make(idOrEmail, {
      actor,
      action: 'users.delete',
      event: 'user.deleted',
      reason: 'The user was deleted and their sessions, hook credentials and API keys ended.',
      to: { status: 'deleted' },
      ends: { reason: 'user_deleted', lasting: true },
    });
  }

  /** Ends the user's tokens; hook credentials go on with the new role. */
  async setRole(idOrEmail: string, role: string, actor: RequestContext = systemContext()): Promise<User> {
    return this.userChanges.make(idOrEmail, {
      actor,
      action: 'users.set_role',
      event: 'role.changed',
      reason: "The user's role was changed and their sessions ended.",
      to: { role: roleOf(role) },
      ends: { reason: 'role_changed', lasting: false },
    });
  }

  /** As `setRole`. @throws AppError `IDENTITY_DEPARTMENT_INVALID`, `IDENTITY_TEXT_HOLDS_CREDENTIAL` */
  async setDepartment(
    idOrEmail: string,
    department: string | null,
    actor: RequestContext = systemContext(),
  ): Promise<User> {
    this.#requireNoCredential(department);
    return this.userChanges.make(idOrEmail, {
      actor,
      action: 'users.set_department',
      event: 'user.updated',
      reason: "The user's department was changed and their sessions ended.",
      to: { department: departmentOf(department) },
      ends: { reason: 'department_changed', lasting: false },
    });
  }

  #requireNoCredential(...texts: readonly (string | null | undefined)[]): void {
    if (this.texts.holdCredential(...texts)) throw identityError('IDENTITY_TEXT_HOLDS_CREDENTIAL');
  }
}
