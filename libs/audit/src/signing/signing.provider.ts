import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { Database } from '@gatehouse/database';
import { type FactoryProvider, Logger } from '@nestjs/common';
import { Anchors } from '../anchors/anchors.ts';
import { configuredAnchors } from '../anchors/configured-anchors.ts';
import { AuditSigning } from './audit-signing.ts';

export const SIGNING: FactoryProvider<AuditSigning> = {
  provide: AuditSigning,
  inject: [Database, CONFIGURATION],
  useFactory: (database: Database, { installation, services }: Configuration) => {
    const logger = new Logger('audit');
    const warn = (message: string, error?: unknown) =>
      logger.warn({ message, code: (error as { code?: unknown } | undefined)?.code });
    const anchors = configuredAnchors(services.settings.anchors, (record) => logger.log(record));
    return new AuditSigning({
      config: database.clientConfig('server'),
      installation,
      anchors: new Anchors(anchors, warn),
      warn,
    });
  },
};
