import { McpSpawnerModule } from '@gatehouse/mcp-spawner';
import { Module } from '@nestjs/common';
import { CommandApprovalDesk } from './command-approval-desk.ts';
import { CommandApprovalsController } from './command-approvals.controller.ts';
import { McpServerAdministration } from './mcp-server-administration.ts';
import { McpServersController } from './mcp-servers.controller.ts';

@Module({
  imports: [McpSpawnerModule],
  controllers: [CommandApprovalsController, McpServersController],
  providers: [CommandApprovalDesk, McpServerAdministration],
})
export class McpServersModule {}
