import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readOrCreateKey } from '@gatehouse/config';
import pg from 'pg';
import { Database, type DatabaseParts } from '../database.ts';
import { installedBinaries } from '../embedded/binaries.ts';
import { EmbeddedCluster } from '../embedded/embedded-cluster.ts';
import { EMBEDDED_ROLES } from '../embedded/open-embedded.ts';
import { type Migration, migrationsDigest, readMigrations } from '../migrations/migration.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { ensureRoles, grantConnect } from '../roles/ensure-roles.ts';
import { rolePassword } from '../roles/role-password.ts';
import { quoteIdentifier } from '../sql-text.ts';
import { withClient } from '../with-client.ts';
import { installationIn, ROOT } from './test-installation.ts';

const FOLDER = join(ROOT, '.gatehouse', 'test');
/** Guards the making of templates: 'gate' and 'tmpl' in ASCII. */
const LOCK = [0x67617465, 0x746d706c];

/** A migrated database of a test's own, on a cluster that all tests of this checkout share. */
export class TestDatabase extends Database {
  /** Drops the database, ending what connections it has. Call it in `afterAll`. */
  drop(): Promise<void> {
    return this.close();
  }
}

/**
 * A migrated database for one spec file: a clone of a template that is made once for each state of the migrations.
 * Roles belong to the cluster, so to every test: to shut a role out, `revoke connect on database` or `alter database
 * … connection limit 0`, never `alter role`.
 * Safe in many processes at once. The cluster runs with `fsync` off: what it acknowledges survives the death of
 * PostgreSQL, not that of the machine.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  await mkdir(FOLDER, { recursive: true, mode: 0o711 });
  const key = readOrCreateKey(installationIn(FOLDER), 'database', 32);
  const credentials: DatabaseParts['credentials'] = (role) => ({
    user: EMBEDDED_ROLES[role],
    password: rolePassword(key, EMBEDDED_ROLES[role]),
  });
  const cluster = await EmbeddedCluster.attach(
    {
      folder: join(FOLDER, 'postgres'),
      root: ROOT,
      binaries: installedBinaries(),
      owner: { name: EMBEDDED_ROLES.owner, password: credentials('owner').password },
      durable: false,
      maxConnections: 300,
    },
    (alone) =>
      withClient(ownerOf(alone, credentials), async (owner) => {
        await removeLeftovers(owner);
        // A killed test may have left a role that all share without its rights.
        await ensureRoles(owner, EMBEDDED_ROLES, (role) => credentials(role).password);
      }),
  );
  const name = `test_${randomBytes(8).toString('hex')}`;
  const address = { host: cluster.socketFolder, port: 5432 };
  const owner = new pg.Client(ownerOf(cluster, credentials));
  owner.on('error', () => undefined);
  const leave = async () => {
    await owner.end();
    await cluster.release();
  };
  try {
    await owner.connect();
    const migrations = await readMigrations(join(ROOT, 'libs/database/migrations'));
    const template = await ensureTemplate(owner, migrations, { address, credentials });
    await owner.query(`create database ${name} template ${quoteIdentifier(template)} strategy file_copy`);
    await grantConnect(owner, name, EMBEDDED_ROLES);
  } catch (error) {
    await leave();
    throw error;
  }
  return new TestDatabase({
    name,
    embedded: true,
    address: { ...address, database: name },
    credentials,
    pid: () => cluster.postmaster.pid,
    release: async () => {
      try {
        await owner.query(`drop database if exists ${name} with (force)`);
      } finally {
        await leave();
      }
    },
  });
}

function ownerOf(cluster: EmbeddedCluster, credentials: DatabaseParts['credentials']): pg.ClientConfig {
  return { host: cluster.socketFolder, port: 5432, database: 'postgres', ...credentials('owner') };
}

async function ensureTemplate(
  owner: pg.Client,
  migrations: readonly Migration[],
  { address, credentials }: Pick<DatabaseParts, 'address' | 'credentials'>,
): Promise<string> {
  const template = `template_${migrationsDigest(migrations).slice(0, 32)}`;
  const exists = async () =>
    (await owner.query('select from pg_database where datname = $1', [template])).rowCount === 1;
  if (await exists()) return template;
  await owner.query('select pg_advisory_lock($1, $2)', LOCK);
  try {
    if (await exists()) return template;
    const making = `${template}_making`;
    await owner.query(`drop database if exists ${making} with (force)`);
    await owner.query(`create database ${making}`);
    const parts = { name: making, embedded: true, address: { ...address, database: making }, credentials };
    await prepareDatabase({ parts, roles: EMBEDDED_ROLES, migrations });
    await owner.query(`alter database ${making} rename to ${template}`);
    return template;
  } finally {
    await owner.query('select pg_advisory_unlock($1, $2)', LOCK);
  }
}

/** What killed test runs left, and templates of migrations as they once were. */
async function removeLeftovers(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'test\\_%' or datname like 'template\\__%\\_making'`,
  );
  for (const { name } of rows) await owner.query(`drop database ${quoteIdentifier(name)} with (force)`);
  const templates = await owner.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'template\\_%' order by oid desc offset 3`,
  );
  for (const { name } of templates.rows) await owner.query(`drop database ${quoteIdentifier(name)}`);
}
