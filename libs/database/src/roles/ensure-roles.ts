import type { ClientBase } from 'pg';
import { LIMITED_ROLES, type RoleNames } from '../database-role.ts';
import { quoteIdentifier, quoteLiteral } from '../sql-text.ts';
import { scramVerifier } from './scram-verifier.ts';

/**
 * Makes the roles beside the owner, or gives them their passwords anew. None may do more than it is granted:
 * no superuser, no role or database of its own, no inherited membership.
 */
export async function ensureRoles(
  owner: ClientBase,
  names: RoleNames,
  passwordOf: (role: (typeof LIMITED_ROLES)[number]) => string,
): Promise<void> {
  for (const role of LIMITED_ROLES) {
    const name = quoteIdentifier(names[role]);
    const password = quoteLiteral(scramVerifier(passwordOf(role)));
    const { rowCount } = await owner.query('select from pg_roles where rolname = $1', [names[role]]);
    await owner.query(
      rowCount === 0
        ? `create role ${name} login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls password ${password}`
        : `alter role ${name} login noinherit password ${password}`,
    );
  }
}

/** Who may connect. Rights on a database are not part of it as a template, so each database needs this. */
export async function grantConnect(owner: ClientBase, database: string, names: RoleNames): Promise<void> {
  const target = quoteIdentifier(database);
  const limited = LIMITED_ROLES.map((role) => quoteIdentifier(names[role])).join(', ');
  await owner.query(`revoke all on database ${target} from public`);
  await owner.query(`grant connect on database ${target} to ${limited}`);
}
