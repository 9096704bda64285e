import {
  type GovernancePolicyDocument,
  grantedPermissions,
  holdsPermission,
  type Permission,
} from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';

/**
 * Whether the caller's role or department holds the permission, and the credential's scopes, where it has any: `api` stands for all. An agent holds none of its user's but to read its own rows: what
 * an agent may do is call tools.
 */
export function hasPermission(
  policy: GovernancePolicyDocument,
  caller: Principal,
  permission: Permission,
): boolean {
  if (caller.agentId !== null) return permission === 'audit:read:self';
  const { scopes } = caller;
  if (scopes !== null && !scopes.includes('api') && !holdsPermission(scopes, permission)) return false;
  return holdsPermission(grantedPermissions(policy.roles, caller), permission);
}
