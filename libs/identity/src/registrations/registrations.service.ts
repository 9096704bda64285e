import { systemContext, WrittenTexts } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { newId, type RequestContext } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { identityError } from '../identity-error.ts';
import { RecordedChanges } from '../lifecycle/recorded-changes.service.ts';
import { TokenClock } from '../tokens/token-clock.ts';
import type { User } from '../users/user.ts';
import { Users } from '../users/users.service.ts';
import { listRegistrations, noteRegistration, removeRegistration } from './registration.queries.ts';
import type { Registration } from './registration.ts';

/**
 * Registration by oneself: closed, or open for the e-mail domains of `settings.registration`. It makes no account: who
 * asks is noted, and an administrator admits or refuses them.
 */
@Injectable()
export class Registrations {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    private readonly changes: RecordedChanges,
    private readonly clock: TokenClock,
    private readonly texts: WrittenTexts,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** Notes that the owner of a valid address asks. The id of what waits now; null where nothing does. */
  async ask(email: string): Promise<string | null> {
    const { domains } = this.configuration.services.settings.registration;
    if (!domains.includes(email.slice(email.lastIndexOf('@') + 1))) return null;
    if (this.texts.holdCredential(email)) return null;
    const requestedAt = new Date(this.clock.now());
    return noteRegistration(this.dataSource, { id: newId(), email, requestedAt });
  }

  /** Who waits, newest first, 200 at most. */
  list(): Promise<readonly Registration[]> {
    return listRegistrations(this.dataSource);
  }

  /**
   * Makes the account, of role `user`; a login link is made apart.
   * @throws AppError `IDENTITY_REGISTRATION_UNKNOWN`, `IDENTITY_EMAIL_TAKEN`, `IDENTITY_DEPARTMENT_INVALID`
   */
  async admit(
    id: string,
    {
      department = null,
      actor = systemContext(),
    }: { department?: string | null; actor?: RequestContext } = {},
  ): Promise<User> {
    const [waiting] = await listRegistrations(this.dataSource, id);
    if (waiting === undefined) throw identityError('IDENTITY_REGISTRATION_UNKNOWN');
    const user = await this.users.create({ email: waiting.email, role: 'user', department }, actor);
    await removeRegistration(this.dataSource, id);
    return user;
  }

  /** @throws AppError `IDENTITY_REGISTRATION_UNKNOWN` */
  async refuse(id: string, actor: RequestContext = systemContext()): Promise<void> {
    await this.changes.make(async (manager) => {
      if (!(await removeRegistration(manager, id))) throw identityError('IDENTITY_REGISTRATION_UNKNOWN');
      return {
        result: undefined,
        events: [
          {
            event: 'admin.registration_refused',
            actor,
            action: 'registrations.refuse',
            reason: 'Somebody who asked for an account was refused.',
            detail: { registrationId: id },
          },
        ],
      };
    });
  }
}
