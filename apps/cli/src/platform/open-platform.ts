import 'reflect-metadata';
import type { Configuration } from '@gatehouse/config';
import type { Database } from '@gatehouse/database';
import { PlatformModule } from '@gatehouse/platform';
import { OwnSecrets } from '@gatehouse/secrets';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { operatorTrace } from '../session/operator-trace.ts';

/** The domain modules over an open database, for the time of one command. */
export interface Platform {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly app: INestApplicationContext;
  /** Ends every connection, and the embedded PostgreSQL where no one else uses it. Safe to call twice. */
  close(): Promise<void>;
}

/** `log`: let the libraries' own warnings through to standard error. */
export async function openPlatform(
  configuration: Configuration,
  database: Database,
  { log }: { readonly log: boolean },
): Promise<Platform> {
  try {
    const app = await NestFactory.createApplicationContext(
      PlatformModule.forRoot({ configuration, database, writer: 'cli', operator: operatorTrace() }),
      { logger: log ? new StandardErrorLogger() : false, abortOnError: false },
    );
    // Rows of commands are looked through for own secrets as those of the server are.
    await app.get(OwnSecrets).learn();
    let closed: Promise<void> | null = null;
    const close = async () => {
      try {
        await app.close();
      } finally {
        await database.close();
      }
    };
    return {
      configuration,
      database,
      app,
      close: () => {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Standard output belongs to the command's answer. */
class StandardErrorLogger {
  log = (): void => undefined;
  warn = (message: unknown): void => write(message);
  error = (message: unknown): void => write(message);
}

function write(message: unknown): void {
  process.stderr.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
}
