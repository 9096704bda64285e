import { GovernanceModule } from '@gatehouse/governance';
import { Module } from '@nestjs/common';
import { GovernancePolicyController } from './governance-policy.controller.ts';

@Module({ imports: [GovernanceModule], controllers: [GovernancePolicyController] })
export class GovernanceApiModule {}
