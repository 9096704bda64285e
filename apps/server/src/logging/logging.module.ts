import { currentTraceId, LogStore, SCANNER } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { redactLogLine } from './redact-log-line.ts';

/** JSON lines on standard output and in the table `logs`. Every line has passed the scanner before it is written (threat T24). */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [CONFIGURATION, SCANNER, LogStore],
      useFactory: ({ profile }: Configuration, scanner: Scanner, logs: LogStore) => ({
        // No logger for each request: it costs more than a decision does, and calls are on record as rows.
        forRoutes: [],
        pinoHttp: [
          {
            level: profile.logLevel,
            autoLogging: false,
            quietReqLogger: true,
            base: null,
            mixin: () => {
              const traceId = currentTraceId();
              return traceId === undefined ? {} : { trace_id: traceId };
            },
            hooks: { streamWrite: (line: string) => redactLogLine(scanner, line) },
          },
          bothTo(logs),
        ],
      }),
    }),
  ],
})
export class LoggingModule {}

/** Standard output first: it is there also when the database is not. */
function bothTo(logs: LogStore): { write(line: string): void } {
  return {
    write: (line) => {
      process.stdout.write(line);
      logs.push(line);
    },
  };
}
