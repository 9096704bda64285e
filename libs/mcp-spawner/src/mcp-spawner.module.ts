import { Module } from '@nestjs/common';
import { ChildStarter } from './children/child-starter.service.ts';
import { McpDefinitions } from './definitions/mcp-definitions.service.ts';
import { ServerDefinitionQueries } from './definitions/server-definition.queries.ts';
import { ChildPool } from './pool/child-pool.service.ts';
import { McpServers } from './servers/mcp-servers.service.ts';

@Module({
  providers: [McpServers, ServerDefinitionQueries, ChildStarter, McpDefinitions, ChildPool],
  exports: [McpServers, McpDefinitions, ChildPool],
})
export class McpSpawnerModule {}
