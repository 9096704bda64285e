import { AuditModule } from '@gatehouse/audit';
import { CatalogModule } from '@gatehouse/catalog';
import { ComplianceModule } from '@gatehouse/compliance';
import { ConfigModule, type Configuration } from '@gatehouse/config';
import { type Database, DatabaseModule } from '@gatehouse/database';
import { GovernanceModule } from '@gatehouse/governance';
import { IdentityModule } from '@gatehouse/identity';
import type { JsonObject } from '@gatehouse/kernel';
import { McpSpawnerModule } from '@gatehouse/mcp-spawner';
import { OAuthModule } from '@gatehouse/oauth';
import { OutboundModule } from '@gatehouse/outbound';
import { SecretsModule } from '@gatehouse/secrets';
import { type DynamicModule, Module } from '@nestjs/common';

/** What an application over the domain modules is made of: one configuration, one open database, one writer. */
export interface PlatformOptions {
  readonly configuration: Configuration;
  readonly database: Database;
  /** Whose audit chains this process continues. */
  readonly writer: 'server' | 'cli';
  /** Of a command: where it came from, for each of its rows. */
  readonly operator?: JsonObject;
}

/** The table of contents: every domain module, for the server and for the command line alike. */
@Module({})
export class PlatformModule {
  static forRoot({ configuration, database, writer, operator }: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot(configuration),
        DatabaseModule.forRoot(database),
        OutboundModule,
        AuditModule.forRoot({ writer, ...(operator === undefined ? {} : { operator }) }),
        IdentityModule,
        GovernanceModule,
        SecretsModule,
        OAuthModule,
        McpSpawnerModule,
        CatalogModule,
        ComplianceModule,
      ],
      exports: [
        IdentityModule,
        GovernanceModule,
        SecretsModule,
        OAuthModule,
        McpSpawnerModule,
        CatalogModule,
      ],
    };
  }
}
