import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { BrowserCookie } from './browser-cookie.ts';
import { LoginThrottle } from './login-throttle.ts';

@Module({
  imports: [IdentityModule],
  providers: [BrowserCookie, LoginThrottle],
  exports: [BrowserCookie, LoginThrottle],
})
export class LoginModule {}
