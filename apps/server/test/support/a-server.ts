import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Configuration, freePort, loadConfiguration } from '@gatehouse/config';
import { createTestDatabase, Database, openDatabase } from '@gatehouse/database';
import { AccessTokens, Logins, type Resource, type Session } from '@gatehouse/identity';
import pg from 'pg';
import { type GatehouseServer, type ServerOptions, startServer } from '../../src/gatehouse-server.ts';

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
  /** A checkout of the test's own: policy files that it may change. */
  readonly root?: string;
  /** Between this replica and the database: see `aDeafener`. */
  readonly socketFolder?: string;
  readonly unknownCallers?: ServerOptions['unknownCallers'];
  /** Another replica: the database, keys and public URL of this one, a port and state folder of its own. End it first. */
  readonly beside?: TestServer;
  /** False: without the shipped MCP servers, each of which costs a process when the server starts. */
  readonly tools?: boolean;
}

export async function aServer({
  configure = (same) => same,
  ownCluster = false,
  root = ROOT,
  beside,
  socketFolder,
  unknownCallers,
  tools = true,
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-server-'));
  const port = await freePort();
  const loaded = await loadConfiguration({
    root,
    environment: {
      HOME: folder,
      PATH: process.env.PATH,
      PORT: String(port),
      GATEHOUSE_STATE_DIR: join(folder, 'state'),
      XDG_CONFIG_HOME: join(folder, 'config'),
    },
  });
  const services = tools ? loaded.services : { ...loaded.services, mcpServers: new Map() };
  const configuration = configure(
    replicaOf(beside, { ...loaded, services, profile: { ...loaded.profile, logLevel: 'error' } }),
  );
  const database =
    beside !== undefined
      ? borrowed(beside.database, socketFolder)
      : ownCluster
        ? await openDatabase(configuration, { purpose: 'server' })
        : await createTestDatabase();
  const sql = new pg.Pool({ ...database.clientConfig('owner'), max: 2 });
  sql.on('error', () => undefined);
  const server = await startServer(configuration, {
    database,
    ...(unknownCallers === undefined ? {} : { unknownCallers }),
  });
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

function replicaOf(beside: TestServer | undefined, configuration: Configuration): Configuration {
  if (beside === undefined) return configuration;
  const { installation, profile } = beside.configuration;
  return {
    ...configuration,
    installation: { ...configuration.installation, keyDir: installation.keyDir },
    profile: { ...configuration.profile, publicUrl: profile.publicUrl },
  };
}

/** The same database for one more server, which does not close it when it stops. */
function borrowed(database: Database, socketFolder: string | undefined): Database {
  const { host, port, database: name } = database.clientConfig('server');
  return new Database({
    name: database.name,
    embedded: database.embedded,
    address: { host: socketFolder ?? host, port, database: name },
    credentials: (role) => {
      const { user = '', password } = database.clientConfig(role);
      return { user, password: String(password) };
    },
    release: async () => undefined,
  });
}
