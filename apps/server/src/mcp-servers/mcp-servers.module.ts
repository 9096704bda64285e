import { McpSpawnerModule } from '@gatehouse/mcp-spawner';
import { Module } from '@nestjs/common';
import { McpServerAdministration } from './mcp-server-administration.ts';
import { McpServersController } from './mcp-servers.controller.ts';

@Module({
  imports: [McpSpawnerModule],
  controllers: [McpServersController],
  providers: [McpServerAdministration],
})
export class McpServersModule {}
