import type { Database } from '../database.ts';
import { type AppliedMigration, appliedMigrations } from '../migrations/applied-migrations.ts';
import { withClient } from '../with-client.ts';

export interface DatabaseStatus {
  readonly name: string;
  readonly mode: 'embedded' | 'external';
  /** Such as `18.4`. */
  readonly version: string;
  readonly sizeBytes: number;
  /** The embedded server's process; null for an external one. */
  readonly pid: number | null;
  readonly startedAt: Date;
  readonly uptimeMs: number;
  readonly migrations: readonly AppliedMigration[];
}

/** What there is to say about a database, by one connection that waits for no lock. */
export async function databaseStatus(database: Database): Promise<DatabaseStatus> {
  return withClient(database.clientConfig('server'), async (client) => {
    const { rows } = await client.query<{ version: string; size: string; startedAt: Date; uptime: number }>(
      `select current_setting('server_version') as version, pg_database_size(current_database()) as size,
         pg_postmaster_start_time() as "startedAt",
         (extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000)::float8 as uptime`,
    );
    const [found] = rows;
    if (found === undefined) throw new Error('PostgreSQL returned no row');
    return {
      name: database.name,
      mode: database.embedded ? 'embedded' : 'external',
      version: found.version,
      sizeBytes: Number(found.size),
      pid: database.pid,
      startedAt: found.startedAt,
      uptimeMs: Math.round(found.uptime),
      migrations: await appliedMigrations(client),
    };
  });
}
