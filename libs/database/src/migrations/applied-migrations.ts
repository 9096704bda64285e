import { AppError } from '@gatehouse/kernel';
import type { ClientBase } from 'pg';
import type { Migration } from './migration.ts';

export interface AppliedMigration {
  readonly name: string;
  readonly sha256: string;
  readonly appliedAt: Date;
}

/** What the database says was applied, in order; nothing where it is new. */
export async function appliedMigrations(client: ClientBase): Promise<readonly AppliedMigration[]> {
  const exists = await client.query<{ found: boolean }>(
    `select to_regclass('public.schema_migrations') is not null as found`,
  );
  if (exists.rows[0]?.found !== true) return [];
  const { rows } = await client.query<AppliedMigration>(
    'select name, sha256, applied_at as "appliedAt" from public.schema_migrations order by name',
  );
  return rows;
}

/**
 * The migrations that are still to run.
 * @throws {AppError} DATABASE_NEWER_THAN_CODE where the database knows more than `migrations`;
 * DATABASE_MIGRATION_CHANGED where a file was edited after it ran, or comes before one that ran.
 */
export function pendingMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, sha256 } of applied) {
    const migration = known.get(name);
    if (migration === undefined) {
      throw new AppError(
        'DATABASE_NEWER_THAN_CODE',
        `The database has migration ${name}, which this version of Gatehouse does not know.`,
        { owner: 'operator', hint: 'Start the version that made it, or a newer one.' },
      );
    }
    if (migration.sha256 !== sha256) throw changed(name, 'was edited after the database applied it');
  }
  const last = applied.at(-1)?.name ?? '';
  const done = new Set(applied.map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !done.has(name));
  const late = pending.find(({ name }) => name < last);
  if (late !== undefined) throw changed(late.name, `comes before ${last}, which has run already`);
  return pending;
}

function changed(name: string, what: string): AppError {
  return new AppError('DATABASE_MIGRATION_CHANGED', `Migration ${name} ${what}.`, {
    owner: 'gatehouse',
    hint: 'Restore the files that this database was made with, and put the change into a new migration.',
  });
}
