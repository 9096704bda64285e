import type { Permission } from '@gatehouse/config';

/**
 * What changes something or hands out a credential. In production it needs the operator's second proof each time: a
 * stored session is open to every process of the operator's (threat T1).
 */
const CHANGES: ReadonlySet<Permission> = new Set<Permission>([
  'agents:token',
  'audit:erase',
  'audit:hold',
  'audit:keys',
  'audit:purge',
  'api-keys:write:self',
  'api-keys:write:all',
  'audit:reveal',
  'bans:write',
  'governance:write',
  'hooks:use',
  'mcp:call',
  'mcp:restart',
  'sessions:write:all',
  'users:role',
  'users:write',
]);

export function needsProof(permission: Permission): boolean {
  return CHANGES.has(permission);
}
