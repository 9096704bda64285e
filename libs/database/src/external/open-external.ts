import { createHash } from 'node:crypto';
import { AppError, type Secret } from '@gatehouse/kernel';
import type { ClientBase } from 'pg';
import type { DatabaseParts } from '../database.ts';
import type { RoleNames } from '../database-role.ts';
import { rolePassword } from '../roles/role-password.ts';
import { quoteIdentifier } from '../sql-text.ts';
import { sqlState, withClient } from '../with-client.ts';
import { parseDatabaseUrl } from './database-url.ts';

const OLDEST = 15;

/** Roles belong to the whole cluster: their names say the database, so that two do not meet. */
export function externalRoles(database: string, owner: string): RoleNames {
  const plain = /^[a-z][a-z0-9_]{0,35}$/.test(database);
  const part = plain ? database : `x${createHash('sha256').update(database).digest('hex').slice(0, 20)}`;
  const prefix = `gatehouse_${part}`;
  return {
    owner,
    server: `${prefix}_server`,
    reader: `${prefix}_reader`,
    masked: `${prefix}_masked`,
    retention: `${prefix}_retention`,
  };
}

/**
 * The operator's own PostgreSQL.
 * @throws {AppError} DATABASE_URL_INVALID, DATABASE_UNREACHABLE, DATABASE_TOO_OLD, DATABASE_RIGHTS_MISSING with the
 * SQL that grants them.
 */
export async function openExternal(url: Secret<string>): Promise<{ roles: RoleNames; parts: DatabaseParts }> {
  const { address, database, user, password } = parseDatabaseUrl(url);
  const roles = externalRoles(database, user);
  await checkRights({ ...address, user, password }, database);
  const parts: DatabaseParts = {
    name: database,
    embedded: false,
    address,
    credentials: (role) =>
      role === 'owner'
        ? { user, password }
        : { user: roles[role], password: rolePassword(password, roles[role]) },
    release: async () => {},
  };
  return { roles, parts };
}

async function checkRights(config: object, database: string): Promise<void> {
  try {
    await withClient(config, (client) => checkOwner(client, database));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const state = sqlState(cause);
    throw new AppError(
      'DATABASE_UNREACHABLE',
      `The database of the profile cannot be opened (${state ?? 'no connection'}).`,
      { owner: 'operator', hint: 'Check host, port, user, password and database of its URL.', cause },
    );
  }
}

async function checkOwner(client: ClientBase, database: string): Promise<void> {
  const { rows } = await client.query<{
    user: string;
    version: number;
    creates: boolean;
    owns: boolean;
  }>(
    `select current_user as "user", current_setting('server_version_num')::int / 10000 as version,
       r.rolcreaterole or r.rolsuper as creates, pg_has_role(d.datdba, 'usage') as owns
     from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()`,
  );
  const found = rows[0];
  if (found === undefined || found.version < OLDEST) {
    throw new AppError('DATABASE_TOO_OLD', `PostgreSQL ${OLDEST} or newer is needed.`, { owner: 'operator' });
  }
  const user = quoteIdentifier(found.user);
  const missing = [
    ...(found.owns ? [] : [`alter database ${quoteIdentifier(database)} owner to ${user};`]),
    ...(found.creates ? [] : [`alter role ${user} createrole;`]),
  ];
  if (missing.length === 0) return;
  throw new AppError(
    'DATABASE_RIGHTS_MISSING',
    'The user of the database URL must own the database and may create roles.',
    { owner: 'operator', hint: `As a superuser, run: ${missing.join(' ')}` },
  );
}
