import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { McpSpawnerModule } from '@gatehouse/mcp-spawner';
import { Module } from '@nestjs/common';
import { LegacyWire } from './legacy-wire.service.ts';
import { ListAnnouncements } from './list-announcements.service.ts';
import { McpDoor } from './mcp-door.service.ts';
import { GovernedCalls } from './methods/governed-calls.service.ts';
import { ListedDefinitions } from './methods/listed-definitions.service.ts';
import { McpMethods } from './methods/mcp-methods.service.ts';
import { ModernWire } from './modern-wire.service.ts';
import { McpSessions } from './sessions/mcp-sessions.ts';

/** Relies on the global ConfigModule and AuditModule. `registerMcpRoutes` gives it its routes. */
@Module({
  imports: [GovernanceModule, IdentityModule, McpSpawnerModule],
  providers: [
    GovernedCalls,
    LegacyWire,
    ListAnnouncements,
    ListedDefinitions,
    McpDoor,
    McpMethods,
    McpSessions,
    ModernWire,
  ],
})
export class McpModule {}
