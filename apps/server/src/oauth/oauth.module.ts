import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { OAuthModule } from '@gatehouse/oauth';
import { Module } from '@nestjs/common';
import { LoginModule } from '../login/login.module.ts';
import { OAuthThrottle } from './oauth-throttle.ts';

/** `registerOAuthRoutes` gives it its routes. */
@Module({
  imports: [GovernanceModule, IdentityModule, LoginModule, OAuthModule],
  providers: [OAuthThrottle],
})
export class OAuthApiModule {}
