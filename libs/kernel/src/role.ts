/** The six roles. A role is not a ladder: `services/governance/roles.yaml` says what each may do. */
export const ROLES = ['admin', 'user', 'service', 'a2a', 'mcp', 'anonymous'] as const;

export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
