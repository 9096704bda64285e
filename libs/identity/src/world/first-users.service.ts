import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { AppError } from '@gatehouse/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { UserEntity } from '../users/user.entity.ts';
import type { User } from '../users/user.ts';
import { type NewUser, Users } from '../users/users.service.ts';

const ADMIN: NewUser = { email: 'admin@localhost', displayName: 'Administrator', role: 'admin' };

const SAMPLE_USERS: readonly NewUser[] = [
  { email: 'maya@example.test', displayName: 'Maya', role: 'user', department: 'finance' },
  { email: 'jon@example.test', displayName: 'Jon', role: 'user', department: 'support' },
];

/** Who is there after the first start. Safe to run at every start, and by two processes at once. */
@Injectable()
export class FirstUsers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: Users,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /** Makes `admin@localhost` where there is no user at all. Returns who was made. */
  async ensureFirstAdmin(): Promise<readonly User[]> {
    return (await this.dataSource.manager.count(UserEntity)) === 0 ? this.#make([ADMIN]) : [];
  }

  /**
   * Makes the sample users that never were (one deleted stays deleted), in evaluation mode and unless the settings
   * say no. Returns who was made.
   */
  async seedSampleWorld(): Promise<readonly User[]> {
    const { profile, services } = this.configuration;
    if (profile.mode !== 'evaluation' || !services.settings.sampleWorld) return [];
    const wanted = SAMPLE_USERS.map((user) => user.email);
    const known = await this.dataSource.manager.findBy(UserEntity, { email: In(wanted) });
    const emails = new Set(known.map((user) => user.email));
    return this.#make(SAMPLE_USERS.filter((user) => !emails.has(user.email)));
  }

  async #make(wanted: readonly NewUser[]): Promise<readonly User[]> {
    const made: User[] = [];
    for (const user of wanted) {
      try {
        made.push(await this.users.create(user));
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'IDENTITY_EMAIL_TAKEN')) throw error;
      }
    }
    return made;
  }
}
