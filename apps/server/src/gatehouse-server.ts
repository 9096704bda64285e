import {
  AuditExport,
  AuditLog,
  AuditMonths,
  AuditSigning,
  CallCounting,
  LogStore,
  RetentionTimer,
  StorageWatch,
} from '@gatehouse/audit';
import type { Configuration } from '@gatehouse/config';
import { ChangeFeed, type Database, openDatabase } from '@gatehouse/database';
import { LivePolicy } from '@gatehouse/governance';
import { FirstUsers, LoginLinks } from '@gatehouse/identity';
import type { Secret } from '@gatehouse/kernel';
import { ChildPool, McpDefinitions } from '@gatehouse/mcp-spawner';
import { AuthorizationServer } from '@gatehouse/oauth';
import { SecretStore } from '@gatehouse/secrets';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { installApiDocument } from './api-document/api-document.ts';
import { AppModule } from './app.module.ts';
import { Readiness } from './health/readiness.ts';
import { registerHookRoutes } from './hooks/hook.routes.ts';
import { installAddressBans } from './http/address-bans.ts';
import { installClientAddress } from './http/client-address.ts';
import { installJsonBodyParser } from './http/json-body-parser.ts';
import { listen } from './http/listen.ts';
import { ProblemDetailsFilter } from './http/problem-details.filter.ts';
import { installOriginCheck } from './http/request-origin.ts';
import { installRequestScope } from './http/request-scope.ts';
import { installSecurityHeaders } from './http/security-headers.ts';
import type { TurnstileOptions } from './http/turnstile.ts';
import { installUnknownCallerLine } from './http/unknown-callers.ts';
import { QuietStartLogger } from './logging/quiet-start-logger.ts';
import { registerLoginRoutes } from './login/login.routes.ts';
import { registerMcpRoutes } from './mcp/mcp.routes.ts';
import { registerOAuthRoutes } from './oauth/oauth.routes.ts';

const BODY_BYTES = 1024 * 1024;
/** A request that is not here whole by then is given up, with its connection. */
const REQUEST_MS = 60_000;

/** A server that listens. */
export interface GatehouseServer {
  readonly url: string;
  readonly port: number;
  /** For tests: the graph behind the doors. */
  readonly app: NestFastifyApplication;
  /** Discovery runs are over; resolves also when some failed, or the server was stopped meanwhile. */
  readonly discovered: Promise<void>;
  /** At the first start of all: how its administrator gets in by a browser. Shown once, good once (threat T17). */
  readonly firstAdminLink: Secret<string> | null;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** An open database, instead of the configured one. */
  readonly database?: Database;
  /** For tests: how callers without a valid credential wait. */
  readonly unknownCallers?: TurnstileOptions;
  /** Routes beside the server's own: what a benchmark compares with. */
  readonly routes?: (fastify: FastifyInstance, app: NestFastifyApplication) => void;
}

/** Opens the database, wires the modules, and starts what runs for long, in that order. */
export async function startServer(
  configuration: Configuration,
  options: ServerOptions = {},
): Promise<GatehouseServer> {
  const database = options.database ?? (await openDatabase(configuration, { purpose: 'server' }));
  try {
    return await serve(configuration, database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serve(
  configuration: Configuration,
  database: Database,
  { routes, unknownCallers }: ServerOptions,
): Promise<GatehouseServer> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot({ configuration, database }),
    new FastifyAdapter({
      bodyLimit: BODY_BYTES,
      requestTimeout: REQUEST_MS,
      forceCloseConnections: true,
      routerOptions: { maxParamLength: 200 },
    }),
    { bodyParser: false, bufferLogs: true, abortOnError: false },
  );
  app.useLogger(new QuietStartLogger(await app.resolve(PinoLogger), {}));
  app.useGlobalFilters(new ProblemDetailsFilter());
  app.useGlobalPipes(
    new ValidationPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
    }),
  );
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const { port } = configuration.profile;
  installSecurityHeaders(fastify, configuration.profile);
  installClientAddress(fastify, configuration.profile);
  installAddressBans(fastify, app);
  installUnknownCallerLine(fastify, app, unknownCallers);
  installOriginCheck(fastify, configuration.profile);
  installJsonBodyParser(fastify);
  installRequestScope(fastify);
  registerHookRoutes(fastify, app);
  registerMcpRoutes(fastify, app);
  registerLoginRoutes(fastify, app);
  registerOAuthRoutes(fastify, app);
  routes?.(fastify, app);
  await installApiDocument(app);

  let stopping = false;
  const stop = async () => {
    stopping = true;
    app.get(LivePolicy).stop();
    app.get(AuthorizationServer).stop();
    await app.get(ChangeFeed).stop();
    app.get(McpDefinitions).stop();
    await app.get(ChildPool).stop();
    await app.close();
    await database.close();
  };
  let firstAdminLink: Secret<string> | null;
  try {
    [firstAdminLink] = await Promise.all([start(app), app.get(SecretStore).start()]);
    await listen(app, configuration.profile);
  } catch (error) {
    await stop();
    throw error;
  }
  const discovered = app
    .get(McpDefinitions)
    .start()
    .then(() => app.get(Readiness).discovered())
    .catch((error: unknown) => {
      // A stop takes the database away from a discovery that is under way.
      if (!stopping) throw error;
    });
  return { app, port, url: configuration.profile.publicUrl, discovered, firstAdminLink, stop };
}

/** What runs for long, in the order in which one needs the other. */
async function start(app: NestFastifyApplication): Promise<Secret<string> | null> {
  await app.get(AuditMonths).start();
  await app.get(AuditLog).start();
  app.get(AuditSigning).start();
  app.get(CallCounting).start();
  app.get(RetentionTimer).start();
  app.get(LogStore).start();
  await app.get(StorageWatch).start();
  await app.get(ChangeFeed).start();
  const [firstAdmin] = await app.get(FirstUsers).ensureFirstAdmin();
  await app.get(FirstUsers).seedSampleWorld();
  await app.get(LivePolicy).start();
  app.get(ChildPool).start();
  app.get(AuditExport).start();
  app.get(AuthorizationServer).start();
  return firstAdmin === undefined ? null : (await app.get(LoginLinks).create(firstAdmin.id)).url;
}
