import type { AuditVisibility } from '@gatehouse/audit';
import { type GovernancePolicyDocument, grantedPermissions, holdsPermission } from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';

/** Whose rows a caller sees here: its own, whatever else its role may read (threat T18); an agent those of its own calls. */
export interface OwnRows {
  readonly visibility: AuditVisibility;
  readonly narrowed: { readonly agentId?: string };
}

export function ownRows({ userId, agentId }: Principal): OwnRows {
  return { visibility: { kind: 'self', userId }, narrowed: agentId === null ? {} : { agentId } };
}

/** Why a caller may not even see its own rows; null when it may. */
export function objectionToReading(
  { roles }: Pick<GovernancePolicyDocument, 'roles'>,
  caller: Principal,
): string | null {
  if (holdsPermission(grantedPermissions(roles, caller), 'audit:read:self')) return null;
  return `the role ${caller.role} may not read its own rows (audit:read:self)`;
}

const MINUTE_MS = 60_000;
export const MAX_MINUTES = 7 * 24 * 60;

/** The argument that says how far back to look. */
export const SINCE_MINUTES = {
  type: 'integer',
  minimum: 1,
  maximum: MAX_MINUTES,
  default: 60,
  description: 'How many minutes to look back.',
} as const;

export function minutesAgo(minutes: number): Date {
  return new Date(Date.now() - minutes * MINUTE_MS);
}
