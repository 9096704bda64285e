import { CONFIGURATION, type Configuration, readOrCreateKey } from '@gatehouse/config';
import { Database } from '@gatehouse/database';
import type { JsonObject } from '@gatehouse/kernel';
import { createScanner, type Scanner, withOwnSecrets } from '@gatehouse/secret-scanner';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import pg from 'pg';
import { AuditLog } from './audit-log.ts';
import { AuditBundles } from './bundle/audit-bundles.ts';
import { CALL_COUNTING } from './counts/call-counting.provider.ts';
import { CallCounting } from './counts/call-counting.ts';
import { ExportPlaces } from './export/export-places.ts';
import { LogReader } from './logs/log-reader.ts';
import { LogStore } from './logs/log-store.ts';
import { AUDIT_MONTHS } from './partitions/audit-months.provider.ts';
import { AuditMonths } from './partitions/audit-months.ts';
import { AuditReader } from './read/audit-reader.ts';
import { ContentReveals } from './read/content-reveals.ts';
import { ReaderSight } from './read/reader-sight.ts';
import { SightedReads } from './read/sighted-reads.ts';
import { RETENTION, RETENTION_TIMER } from './retention/retention.providers.ts';
import { Retention } from './retention/retention.ts';
import { RetentionTimer } from './retention/retention-timer.ts';
import { SCANNER } from './scanner.token.ts';
import { AuditSigning } from './signing/audit-signing.ts';
import { SIGNING } from './signing/signing.provider.ts';
import { measureDatabase } from './storage/measure-database.ts';
import { StorageWatch } from './storage/storage-watch.ts';
import { WrittenTexts } from './written-texts.ts';

const READERS = 4;

@Injectable()
class AuditShutdown implements OnApplicationShutdown {
  constructor(
    @Inject(AuditLog) private readonly log: AuditLog,
    @Inject(AuditReader) private readonly reader: AuditReader,
    @Inject(StorageWatch) private readonly storage: StorageWatch,
    @Inject(LogStore) private readonly logs: LogStore,
    @Inject(LogReader) private readonly logReader: LogReader,
    @Inject(AuditSigning) private readonly signing: AuditSigning,
    @Inject(RetentionTimer) private readonly retention: RetentionTimer,
    @Inject(AuditMonths) private readonly months: AuditMonths,
    @Inject(CallCounting) private readonly counting: CallCounting,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.months.stop();
    await this.counting.stop();
    await this.retention.stop();
    await this.storage.stop();
    await this.log.stop();
    await this.signing.stop();
    await this.reader.stop();
    await this.logReader.stop();
    // Last: what the others say when they stop is stored too.
    await this.logs.stop();
  }
}

@Module({})
export class AuditModule {
  /**
   * `writer` says whose chains this process continues: the server's, or those of the command line. `operator`, where
   * a command came from, stands in the detail of each of its rows.
   */
  static forRoot(options: {
    readonly writer: 'server' | 'cli';
    readonly operator?: JsonObject;
  }): DynamicModule {
    return {
      module: AuditModule,
      global: true,
      providers: [
        {
          provide: SCANNER,
          inject: [CONFIGURATION],
          useFactory: ({ installation }: Configuration) =>
            withOwnSecrets(
              createScanner({ fingerprintKey: readOrCreateKey(installation, 'finding-fingerprints', 32) }),
            ),
        },
        {
          provide: AuditLog,
          inject: [Database, SCANNER, CONFIGURATION],
          useFactory: (database: Database, scanner: Scanner, { services }: Configuration) => {
            const logger = new Logger('audit');
            const warn = (message: string, error?: unknown) => logger.warn({ message, code: codeOf(error) });
            return new AuditLog({
              config: database.clientConfig('server'),
              kind: options.writer,
              ...(options.operator === undefined ? {} : { operator: options.operator }),
              scanner,
              contentBytesPerUserDay: services.settings.storage.contentBytesPerUserDay,
              warn,
            });
          },
        },
        {
          provide: ReaderSight,
          inject: [Database],
          useFactory: (database: Database) => new ReaderSight(database),
        },
        {
          provide: AuditReader,
          inject: [Database, ReaderSight],
          useFactory: (database: Database, sight: ReaderSight) =>
            new AuditReader(new SightedReads(readerPool(database, 'reader'), sight)),
        },
        {
          provide: LogReader,
          inject: [Database],
          useFactory: (database: Database) => new LogReader(readerPool(database, 'server')),
        },
        {
          provide: ExportPlaces,
          inject: [LogReader],
          useFactory: (logs: LogReader) => new ExportPlaces(logs.pool),
        },
        {
          provide: LogStore,
          inject: [Database, SCANNER],
          useFactory: (database: Database, scanner: Scanner) =>
            new LogStore({ config: database.clientConfig('server'), scanner }),
        },
        {
          provide: StorageWatch,
          inject: [Database, AuditLog, CONFIGURATION],
          useFactory: (database: Database, audit: AuditLog, { installation, services }: Configuration) => {
            const logger = new Logger('storage');
            const { budgetBytes } = services.settings.storage;
            const { stateDir } = installation;
            return new StorageWatch({
              audit,
              measure: () => measureDatabase({ database, budgetBytes, stateDir }),
              warn: (message) => logger.warn(message),
            });
          },
        },
        SIGNING,
        AUDIT_MONTHS,
        CALL_COUNTING,
        AuditBundles,
        ContentReveals,
        RETENTION,
        RETENTION_TIMER,
        AuditShutdown,
        WrittenTexts,
      ],
      exports: [
        Retention,
        RetentionTimer,
        AuditBundles,
        AuditLog,
        AuditMonths,
        AuditReader,
        AuditSigning,
        CallCounting,
        ContentReveals,
        ExportPlaces,
        LogReader,
        LogStore,
        ReaderSight,
        SCANNER,
        StorageWatch,
        WrittenTexts,
      ],
    };
  }
}

function readerPool(database: Database, role: 'reader' | 'server'): pg.Pool {
  const pool = new pg.Pool({
    ...database.clientConfig(role),
    application_name: role === 'reader' ? 'gatehouse audit reader' : 'gatehouse log reader',
    max: READERS,
    statement_timeout: 10_000,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
  });
  // An idle connection that dies is replaced at the next query.
  pool.on('error', () => undefined);
  return pool;
}

/** A database message can quote a value: only its code is logged. */
function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : error === undefined ? undefined : 'unknown';
}
