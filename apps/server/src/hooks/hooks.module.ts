import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import { Module } from '@nestjs/common';
import { AnswerProofs } from './answer-proof.ts';
import { ClientEvents } from './client-events.ts';
import { CredentialWatch } from './credential-watch.ts';
import { HookDoor } from './hook-door.ts';
import { ToolReports } from './tool-reports.ts';

@Module({
  imports: [GovernanceModule, IdentityModule],
  providers: [AnswerProofs, ClientEvents, CredentialWatch, HookDoor, ToolReports],
})
export class HooksModule {}
