import { createHash } from 'node:crypto';
import { deepFreeze, ROLES } from '@gatehouse/kernel';
import type { Permission } from '../permissions.ts';
import { BLOCKLIST_CATEGORIES, type GovernancePolicyDocument } from './governance-policy.ts';

/** What an administrator needs to see what happened and to apply a policy. */
const WAY_OUT: readonly Permission[] = [
  'audit:read:all',
  'config:read',
  'governance:read',
  'governance:write',
  'logs:read',
  'metrics:read',
  'sessions:read:all',
  'sessions:write:all',
  'system:read',
  'users:read',
];

/**
 * What holds where the policy that is in force cannot be found and the files hold another: no call is allowed, and
 * administrators may look and apply.
 */
export const WITHHELD_POLICY: GovernancePolicyDocument = deepFreeze({
  version: `sha256:${createHash('sha256').update('gatehouse: no policy\n').digest('hex')}`,
  roles: {
    roles: forEach(ROLES, (role) => ({
      allow: [],
      deny: ['*'],
      permissions: role === 'admin' ? [...WAY_OUT] : [],
      mcp_servers: { allow: [], deny: ['*'] },
      agents: { allow: [], deny: ['*'] },
    })),
    departments: {},
  },
  blocklist: { categories: forEach(BLOCKLIST_CATEGORIES, () => ({ enabled: true, exempt_roles: [] })) },
  rateLimits: { perMinute: 300, userSessions: 4, multipliers: forEach(ROLES, () => 1) },
  secrets: { monitor: false, severity: [], patterns: [], allow: [] },
});

function forEach<Name extends string, Value>(
  names: readonly Name[],
  entryOf: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, entryOf(name)])) as Record<Name, Value>;
}
