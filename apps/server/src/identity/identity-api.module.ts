import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { ProofOfPerson } from '../access/proof-of-person.ts';
import { ApiKeysController } from './api-keys.controller.ts';
import { IpBansController } from './ip-bans.controller.ts';
import { OwnOrAll } from './own-or-all.ts';
import { RegistrationsController } from './registrations.controller.ts';
import { SessionsController } from './sessions.controller.ts';
import { UsersController } from './users.controller.ts';

@Module({
  imports: [IdentityModule],
  controllers: [
    ApiKeysController,
    IpBansController,
    RegistrationsController,
    SessionsController,
    UsersController,
  ],
  providers: [OwnOrAll, ProofOfPerson],
})
export class IdentityApiModule {}
