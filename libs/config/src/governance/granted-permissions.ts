import type { Role } from '@gatehouse/kernel';
import { writtenOut } from '../permissions.ts';
import type { RolesPolicy } from './governance-policy.ts';

/** What a user of this role and department may do besides calling tools. */
export function grantedPermissions(
  { roles, departments }: RolesPolicy,
  { role, department }: { readonly role: Role; readonly department: string | null },
): readonly string[] {
  const own =
    department === null || !Object.hasOwn(departments, department) ? undefined : departments[department];
  return writtenOut([...roles[role].permissions, ...(own?.permissions ?? [])]);
}
