import { PlatformModule, type PlatformOptions } from '@gatehouse/platform';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from './access/access.module.ts';
import { AuditApiModule } from './audit/audit.module.ts';
import { GovernanceApiModule } from './governance/governance.module.ts';
import { HealthModule } from './health/health.module.ts';
import { HooksModule } from './hooks/hooks.module.ts';
import { IdentityApiModule } from './identity/identity-api.module.ts';
import { LoggingModule } from './logging/logging.module.ts';
import { LoginModule } from './login/login.module.ts';
import { McpModule } from './mcp/mcp.module.ts';
import { McpServersModule } from './mcp-servers/mcp-servers.module.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import { OAuthApiModule } from './oauth/oauth.module.ts';

/** The server: the platform and its doors. */
@Module({})
export class AppModule {
  static forRoot(options: Omit<PlatformOptions, 'writer'>): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LoggingModule,
        PlatformModule.forRoot({ ...options, writer: 'server' }),
        AccessModule,
        AuditApiModule,
        GovernanceApiModule,
        HealthModule,
        HooksModule,
        IdentityApiModule,
        LoginModule,
        McpModule,
        McpServersModule,
        MetricsModule,
        OAuthApiModule,
      ],
    };
  }
}
