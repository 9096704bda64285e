import type { DatabaseParts } from './database.ts';
import type { RoleNames } from './database-role.ts';
import { appliedMigrations, pendingMigrations } from './migrations/applied-migrations.ts';
import { migrate } from './migrations/migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { ensureRoles, grantConnect } from './roles/ensure-roles.ts';
import { sqlState, withClient } from './with-client.ts';

/** 'gate' and 'base' in ASCII: one lock a database, kept by whoever prepares it. */
const LOCK = [0x67617465, 0x62617365];

export interface Preparation {
  readonly parts: Omit<DatabaseParts, 'release'>;
  readonly roles: RoleNames;
  readonly migrations: readonly Migration[];
}

/**
 * Brings the database to where this code wants it: roles with their passwords, rights, migrations. Costs one
 * connection where that is so already. Replicas that start together wait for one another.
 */
export async function prepareDatabase(preparation: Preparation): Promise<void> {
  if (await isReady(preparation)) return;
  const { parts, roles, migrations } = preparation;
  await withClient({ ...parts.address, ...parts.credentials('owner') }, async (owner) => {
    // Held to the end of the connection.
    await owner.query('select pg_advisory_lock($1, $2)', LOCK);
    await ensureRoles(owner, roles, (role) => parts.credentials(role).password);
    await grantConnect(owner, parts.name, roles);
    await migrate(owner, migrations, roles);
  });
}

/** Whether `server` can log in and finds every migration. The roles' passwords share one origin: one is all. */
async function isReady({ parts, migrations }: Preparation): Promise<boolean> {
  try {
    const applied = await withClient({ ...parts.address, ...parts.credentials('server') }, appliedMigrations);
    return pendingMigrations(migrations, applied).length === 0;
  } catch (error) {
    const state = sqlState(error);
    // Invalid password or role, no such database, no right to connect or to look.
    if (state !== null && ['28P01', '28000', '3D000', '42501'].includes(state)) return false;
    throw error;
  }
}
