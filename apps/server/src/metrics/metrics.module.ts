import { AuditExportModule } from '@gatehouse/audit';
import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { McpSpawnerModule } from '@gatehouse/mcp-spawner';
import { Module } from '@nestjs/common';
import { McpModule } from '../mcp/mcp.module.ts';
import { MetricsController } from './metrics.controller.ts';
import { Metrics } from './metrics.ts';
import { MetricsAccess } from './metrics-access.ts';

@Module({
  imports: [AuditExportModule, GovernanceModule, IdentityModule, McpModule, McpSpawnerModule],
  controllers: [MetricsController],
  providers: [Metrics, MetricsAccess],
})
export class MetricsModule {}
