import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { Database } from '@gatehouse/database';
import { type FactoryProvider, Logger } from '@nestjs/common';
import { AuditLog } from '../audit-log.ts';
import { StorageWatch } from '../storage/storage-watch.ts';
import { Retention } from './retention.ts';
import { RetentionTimer } from './retention-timer.ts';

export const RETENTION: FactoryProvider<Retention> = {
  provide: Retention,
  inject: [Database, AuditLog, CONFIGURATION],
  useFactory: (database: Database, audit: AuditLog, { services }: Configuration) =>
    new Retention({
      config: database.clientConfig('retention'),
      audit,
      settings: services.settings.retention,
    }),
};

export const RETENTION_TIMER: FactoryProvider<RetentionTimer> = {
  provide: RetentionTimer,
  inject: [Database, Retention, StorageWatch],
  useFactory: (database: Database, retention: Retention, storage: StorageWatch) => {
    const logger = new Logger('retention');
    return new RetentionTimer({
      config: database.clientConfig('retention'),
      retention,
      clocksAgree: () => storage.status().clocksAgree,
      warn: (message, error) =>
        logger.warn({ message, code: (error as { code?: unknown } | undefined)?.code }),
    });
  },
};
