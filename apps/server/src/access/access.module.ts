import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { LoginModule } from '../login/login.module.ts';
import { AccessGuard } from './access.guard.ts';
import { Callers } from './callers.ts';
import { JwtGuard } from './jwt.guard.ts';
import { JwtStrategy } from './jwt.strategy.ts';
import { ProofOfPerson } from './proof-of-person.ts';

@Module({
  imports: [PassportModule.register({ session: false }), IdentityModule, GovernanceModule, LoginModule],
  providers: [JwtStrategy, JwtGuard, Callers, ProofOfPerson, { provide: APP_GUARD, useClass: AccessGuard }],
})
export class AccessModule {}
