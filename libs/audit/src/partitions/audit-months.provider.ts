import { Database } from '@gatehouse/database';
import { type FactoryProvider, Logger } from '@nestjs/common';
import { AuditMonths } from './audit-months.ts';

export const AUDIT_MONTHS: FactoryProvider<AuditMonths> = {
  provide: AuditMonths,
  inject: [Database],
  useFactory: (database: Database) => {
    const logger = new Logger('partitions');
    return new AuditMonths({
      config: database.clientConfig('retention'),
      warn: (message, error) =>
        logger.warn({ message, code: (error as { code?: unknown } | undefined)?.code }),
    });
  },
};
