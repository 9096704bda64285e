import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Configuration, loadConfiguration } from '@gatehouse/config';
import { createTestDatabase, type Database, openDatabase } from '@gatehouse/database';
import { AccessTokens, Logins, type Resource, type Session } from '@gatehouse/identity';
import pg from 'pg';
import { type GatehouseServer, startServer } from '../../src/gatehouse-server.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** A whole server on a database of its own, with the shipped configuration. */
export interface TestServer extends GatehouseServer {
  readonly configuration: Configuration;
  readonly database: Database;
  /** As the owner: sees everything. */
  readonly sql: pg.Pool;
  login(email: string): Promise<Session>;
  token(email: string, resource?: Resource, agentId?: string): Promise<string>;
  end(): Promise<void>;
}

export interface TestServerOptions {
  /** On a PostgreSQL of its own, as `npm start` has it: for tests that stop or kill it. */
  readonly ownCluster?: boolean;
  /** Changes the loaded configuration before the server sees it. */
  readonly configure?: (configuration: Configuration) => Configuration;
}

export async function aServer({
  configure = (same) => same,
  ownCluster = false,
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-server-'));
  const port = await freePort();
  const loaded = await loadConfiguration({
    root: ROOT,
    environment: {
      HOME: folder,
      PATH: process.env.PATH,
      PORT: String(port),
      GATEHOUSE_STATE_DIR: join(folder, 'state'),
      XDG_CONFIG_HOME: join(folder, 'config'),
    },
  });
  const configuration = configure({ ...loaded, profile: { ...loaded.profile, logLevel: 'error' } });
  const database = ownCluster
    ? await openDatabase(configuration, { purpose: 'server' })
    : await createTestDatabase();
  const sql = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  sql.on('error', () => undefined);
  const server = await startServer(configuration, { database });
  const sessions = new Map<string, Session>();
  const login = async (email: string) => {
    const { session } = await server.app.get(Logins).login({ email, clientId: 'test' });
    return session;
  };
  return {
    ...server,
    configuration,
    database,
    sql,
    login,
    token: async (email, resource = 'api', agentId) => {
      const session = sessions.get(email) ?? (await login(email));
      sessions.set(email, session);
      const request = { session, resource, ...(agentId === undefined ? {} : { agentId }) };
      return server.app.get(AccessTokens).issue(request);
    },
    end: async () => {
      await sql.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that was free a moment ago, below the range that outgoing connections take theirs from. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const free = await new Promise<boolean>((resolve) => {
      const probe = createServer()
        .once('error', () => resolve(false))
        .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (free) return port;
  }
}
