import { join } from 'node:path';
import { type Configuration, readOrCreateKey } from '@gatehouse/config';
import { Database, type DatabaseParts } from './database.ts';
import type { RoleNames } from './database-role.ts';
import { EMBEDDED_ROLES, openEmbedded } from './embedded/open-embedded.ts';
import { openExternal } from './external/open-external.ts';
import { readMigrations } from './migrations/migration.ts';
import { prepareDatabase } from './prepare-database.ts';

/** As much of the configuration as the database needs. */
export type DatabaseConfiguration = {
  readonly installation: Configuration['installation'];
  readonly profile: Pick<Configuration['profile'], 'databaseUrl'>;
};

/**
 * Opens the installation's database: the operator's own where the profile has a URL, else the embedded PostgreSQL,
 * started, adopted or shared with who uses it already. When it resolves, roles and migrations are in place.
 * `purpose: 'server'` also restarts an embedded PostgreSQL that dies, until `close()`.
 * @throws {AppError} with a `DATABASE_…` code that says what to do.
 */
export async function openDatabase(
  configuration: DatabaseConfiguration,
  options: { readonly purpose: 'server' | 'cli' },
): Promise<Database> {
  const { installation, profile } = configuration;
  const migrations = await readMigrations(join(installation.root, 'libs/database/migrations'));
  const open = async (parts: DatabaseParts, roles: RoleNames) => {
    try {
      await prepareDatabase({ parts, roles, migrations });
      return new Database(parts);
    } catch (error) {
      await parts.release();
      throw error;
    }
  };
  if (profile.databaseUrl !== null) {
    const { parts, roles } = await openExternal(profile.databaseUrl);
    return open(parts, roles);
  }
  const key = readOrCreateKey(installation, 'database', 32);
  const { cluster, parts } = await openEmbedded({ ...installation, key });
  const database = await open(parts, EMBEDDED_ROLES);
  if (options.purpose === 'server') cluster.supervise();
  return database;
}
