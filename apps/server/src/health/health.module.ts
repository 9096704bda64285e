import { AuditExportModule } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { McpSpawnerModule } from '@gatehouse/mcp-spawner';
import { Module } from '@nestjs/common';
import { CHECKOUT } from './checkout.token.ts';
import { readCheckout } from './checkout.ts';
import { HealthController } from './health.controller.ts';
import { Readiness } from './readiness.ts';

@Module({
  imports: [AuditExportModule, GovernanceModule, IdentityModule, McpSpawnerModule],
  controllers: [HealthController],
  providers: [
    {
      provide: CHECKOUT,
      inject: [CONFIGURATION],
      useFactory: ({ installation }: Configuration) => readCheckout(installation.root),
    },
    Readiness,
  ],
  exports: [Readiness, CHECKOUT],
})
export class HealthModule {}
