import { SCANNER } from '@gatehouse/audit';
import { CONFIGURATION, type Configuration } from '@gatehouse/config';
import type { Scanner } from '@gatehouse/secret-scanner';
import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';

/** JSON lines on standard output. Every line has passed the scanner before it is written (threat T24). */
@Module({
  imports: [
    LoggerModule.forRootAsync({
      inject: [CONFIGURATION, SCANNER],
      useFactory: ({ profile }: Configuration, scanner: Scanner) => ({
        // No logger for each request: it costs more than a decision does, and calls are on record as rows.
        forRoutes: [],
        pinoHttp: {
          level: profile.logLevel,
          autoLogging: false,
          quietReqLogger: true,
          base: null,
          hooks: { streamWrite: (line: string) => scanner.redactText(line).text },
        },
      }),
    }),
  ],
})
export class LoggingModule {}
