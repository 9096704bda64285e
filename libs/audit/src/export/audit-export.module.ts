import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import { Database } from '@gatehouse/database';
import { OutboundClient } from '@gatehouse/outbound';
import { Inject, Injectable, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import { AuditReader } from '../read/audit-reader.ts';
import { AuditExport } from './audit-export.ts';

@Injectable()
class AuditExportShutdown implements OnModuleDestroy {
  constructor(@Inject(AuditExport) private readonly running: AuditExport) {}

  async onModuleDestroy(): Promise<void> {
    await this.running.stop();
  }
}

/** The export, for the server, which starts it. Relies on the global modules of configuration, database, audit and outbound. */
@Module({
  providers: [
    {
      provide: AuditExport,
      inject: [CONFIGURATION, Database, AuditReader, OutboundClient],
      useFactory: (
        { installation, services }: Configuration,
        database: Database,
        reader: AuditReader,
        outbound: OutboundClient,
      ) => {
        const logger = new Logger('export');
        return new AuditExport({
          sinks: [...services.exportSinks.values()],
          database: database.clientConfig('server'),
          reader,
          outbound,
          version: versionOf(installation.root),
          warn: (message) => logger.warn(message),
        });
      },
    },
    AuditExportShutdown,
  ],
  exports: [AuditExport],
})
export class AuditExportModule {}

function versionOf(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
