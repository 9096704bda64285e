import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { ClientEvents } from './client-events.ts';
import { HookDoor } from './hook-door.ts';
import { ToolReports } from './tool-reports.ts';

@Module({ imports: [GovernanceModule, IdentityModule], providers: [ClientEvents, HookDoor, ToolReports] })
export class HooksModule {}
