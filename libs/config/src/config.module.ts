import type { DynamicModule } from '@nestjs/common';
import { CONFIGURATION, type Configuration } from './configuration.ts';
import { GovernancePolicies } from './governance/governance-policies.service.ts';

/**
 * Global: provides the `CONFIGURATION` and the live `GovernancePolicies`, whose watch the server starts and stops.
 * Has no decorators, so that a command which only reads configuration does not load Nest.
 */
export class ConfigModule {
  static forRoot(configuration: Configuration): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: CONFIGURATION, useValue: configuration },
        {
          provide: GovernancePolicies,
          useFactory: () =>
            new GovernancePolicies(configuration.installation, configuration.services.governance),
        },
      ],
      exports: [CONFIGURATION, GovernancePolicies],
    };
  }
}
