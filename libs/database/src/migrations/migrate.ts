import { AppError } from '@gatehouse/kernel';
import type { ClientBase } from 'pg';
import type { DatabaseRole, RoleNames } from '../database-role.ts';
import { quoteIdentifier } from '../sql-text.ts';
import { appliedMigrations, pendingMigrations } from './applied-migrations.ts';
import type { Migration } from './migration.ts';

/**
 * Runs what is still to run, in order, each in a transaction of its own with its record. The caller is the owner
 * and holds the lock that keeps replicas apart. Returns the names of those that ran.
 * @throws {AppError} DATABASE_MIGRATION_FAILED with the migration's name and PostgreSQL's own words, and what
 * `pendingMigrations` throws.
 */
export async function migrate(
  owner: ClientBase,
  migrations: readonly Migration[],
  names: RoleNames,
): Promise<readonly string[]> {
  const pending = pendingMigrations(migrations, await appliedMigrations(owner));
  for (const migration of pending) await run(owner, migration, names);
  return pending.map(({ name }) => name);
}

async function run(owner: ClientBase, migration: Migration, names: RoleNames): Promise<void> {
  try {
    await owner.query('begin');
    await owner.query(fillIn(migration.sql, names));
    await owner.query('insert into public.schema_migrations (name, sha256) values ($1, $2)', [
      migration.name,
      migration.sha256,
    ]);
    await owner.query('commit');
  } catch (cause) {
    await owner.query('rollback').catch(() => undefined);
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('DATABASE_MIGRATION_FAILED', `Migration ${migration.name} failed: ${words}`, {
      owner: 'gatehouse',
      hint: 'Nothing of it was kept. The database is as the migration before left it.',
      cause,
    });
  }
}

/** Puts the roles' identifiers in the place of `{{owner}}` and its like; an unknown name is an error. */
function fillIn(sql: string, names: RoleNames): string {
  return sql.replaceAll(/\{\{([a-z]+)\}\}/g, (text, role: string) => {
    if (!isRoleName(role, names)) throw new Error(`${text} is not one of the roles`);
    return quoteIdentifier(names[role]);
  });
}

function isRoleName(name: string, names: RoleNames): name is DatabaseRole {
  return Object.hasOwn(names, name);
}
