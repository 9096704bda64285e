import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { OAuthModule } from '@gatehouse/oauth';
import { Module } from '@nestjs/common';
import { ProofOfPerson } from '../access/proof-of-person.ts';
import { OwnOrAll } from '../identity/own-or-all.ts';
import { LoginModule } from '../login/login.module.ts';
import { ClientsController } from './clients.controller.ts';
import { ConsentsController } from './consents.controller.ts';
import { FreshLogin } from './fresh-login.ts';
import { OAuthThrottle } from './oauth-throttle.ts';

/** What administers the authorization server; `registerOAuthRoutes` gives it the routes of the protocol. */
@Module({
  imports: [GovernanceModule, IdentityModule, LoginModule, OAuthModule],
  controllers: [ClientsController, ConsentsController],
  providers: [FreshLogin, OAuthThrottle, OwnOrAll, ProofOfPerson],
})
export class OAuthApiModule {}
