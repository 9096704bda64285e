import { PERMISSIONS } from '@gatehouse/config';
import { identityError } from '../identity-error.ts';
import { MAX_SCOPES } from '../sessions/session-limits.ts';
import type { Resource } from '../tokens/resource.ts';

const PERMITTED: ReadonlySet<string> = new Set(PERMISSIONS);

/**
 * What a key may be for: `hooks`, `mcp:<server>`, `api` (whatever its user may do there), or single permissions of
 * `roles.yaml`, such as `audit:read:self`. @throws AppError `IDENTITY_SCOPE_INVALID`
 */
export function keyScopes(asked: readonly string[], servers: Iterable<string>): readonly string[] {
  const known = new Set(['api', 'hooks', ...[...servers].map((server) => `mcp:${server}`)]);
  const scopes = [...new Set(asked)];
  const valid = scopes.every((scope) => known.has(scope) || PERMITTED.has(scope));
  if (scopes.length === 0 || scopes.length > MAX_SCOPES || !valid)
    throw identityError('IDENTITY_SCOPE_INVALID');
  return scopes.sort();
}

/** Whether a key with these scopes opens the door of a resource at all. */
export function scopesReach(scopes: readonly string[], resource: Resource): boolean {
  if (resource === 'hooks') return scopes.includes('hooks');
  if (resource === 'api') return scopes.some((scope) => scope === 'api' || PERMITTED.has(scope));
  return scopes.includes(resource.replace('/', ':'));
}
