import { Module } from '@nestjs/common';
import { OwnSecrets } from './own/own-secrets.service.ts';
import { SecretStore } from './store/secret-store.service.ts';
import { SecretVersionQueries } from './store/secret-version.queries.ts';

/** Relies on the global ConfigModule, DatabaseModule and AuditModule. */
@Module({
  providers: [SecretStore, SecretVersionQueries, OwnSecrets],
  exports: [SecretStore],
})
export class SecretsModule {}
