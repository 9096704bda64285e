import { SecretsModule } from '@gatehouse/secrets';
import { Module } from '@nestjs/common';
import { Cage } from './cage/cage.service.ts';
import { ChildStarter } from './children/child-starter.service.ts';
import { CommandApprovalQueries } from './commands/command-approval.queries.ts';
import { CommandApprovals } from './commands/command-approvals.service.ts';
import { CommandRunner } from './commands/command-runner.service.ts';
import { McpDefinitions } from './definitions/mcp-definitions.service.ts';
import { ServerDefinitionQueries } from './definitions/server-definition.queries.ts';
import { McpPins } from './pins/mcp-pins.service.ts';
import { PinQueries } from './pins/pin.queries.ts';
import { ChildPool } from './pool/child-pool.service.ts';
import { SecretWatch } from './secrets/secret-watch.service.ts';
import { ServerSecrets } from './secrets/server-secrets.service.ts';
import { McpServers } from './servers/mcp-servers.service.ts';

@Module({
  imports: [SecretsModule],
  providers: [
    CommandApprovalQueries,
    CommandApprovals,
    CommandRunner,
    McpServers,
    PinQueries,
    McpPins,
    ServerDefinitionQueries,
    ServerSecrets,
    Cage,
    ChildStarter,
    McpDefinitions,
    ChildPool,
    SecretWatch,
  ],
  exports: [Cage, CommandApprovals, CommandRunner, McpServers, McpDefinitions, McpPins, ChildPool],
})
export class McpSpawnerModule {}
