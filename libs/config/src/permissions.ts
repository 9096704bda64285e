/**
 * What an endpoint or a command may ask of its caller, and what `services/governance/roles.yaml` grants. One
 * verb a permission; where rows belong to people, the last part says whose: `self`, `department`, `all`.
 */
export const PERMISSIONS = [
  'agents:read',
  'agents:token',
  'audit:erase',
  'audit:export',
  'audit:hold',
  'audit:keys',
  'audit:purge',
  'api-keys:read:self',
  'api-keys:read:all',
  'api-keys:write:self',
  'api-keys:write:all',
  'audit:read:self',
  'audit:read:department',
  'audit:read:all',
  'audit:reveal',
  'bans:read',
  'bans:write',
  'clients:read',
  'clients:write',
  'commands:approve',
  'commands:read',
  'commands:run',
  'config:read',
  'config:write',
  'db:query',
  'db:read',
  'governance:explain',
  'governance:read',
  'governance:write',
  'hooks:use',
  'logs:read',
  'mcp:approve',
  'mcp:call',
  'mcp:read',
  'mcp:restart',
  'metrics:read',
  'secrets:read',
  'secrets:write',
  'sessions:read:self',
  'sessions:read:all',
  'sessions:write:self',
  'sessions:write:all',
  'system:read',
  'users:read',
  'users:role',
  'users:write',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/**
 * Sets of permissions that `roles.yaml` may name in place of their members. They stand here so that no file can put
 * a change of anything into one that is meant for looking (threat T18).
 */
export const PERMISSION_SETS: Readonly<Record<'auditor', readonly Permission[]>> = {
  auditor: [
    'agents:read',
    'api-keys:read:all',
    'audit:read:all',
    'audit:reveal',
    'bans:read',
    'commands:read',
    'config:read',
    'db:query',
    'db:read',
    'governance:explain',
    'governance:read',
    'logs:read',
    'mcp:read',
    'metrics:read',
    'sessions:read:all',
    'system:read',
    'users:read',
  ],
};

export const REACHES = ['self', 'department', 'all'] as const;
export type Reach = (typeof REACHES)[number];

/** Beside reading: what changes nothing, and ending sessions of one's own. */
const HARMLESS: ReadonlySet<Permission> = new Set<Permission>([
  'db:query',
  'governance:explain',
  'sessions:write:self',
]);

/**
 * Whether the permission lets its holder change something or hand out a credential. In production that needs a second
 * proof: a stored session, and a browser's cookie, are open to every process of the operator's (threat T1).
 */
export function isChange(permission: Permission): boolean {
  return !/:read(?::|$)/.test(permission) && !HARMLESS.has(permission);
}

/** What a list of `roles.yaml` grants, sets written out. */
export function writtenOut(granted: readonly string[]): readonly string[] {
  return granted.flatMap((one): readonly string[] => (one === 'auditor' ? PERMISSION_SETS.auditor : [one]));
}

/** Whether `granted` (a role's `permissions`) holds `needed`. `*` holds all; a wider reach holds a narrower one. */
export function holdsPermission(granted: readonly string[], needed: Permission): boolean {
  if (granted.includes('*') || granted.includes(needed)) return true;
  const reach = REACHES.find((name) => needed.endsWith(`:${name}`));
  if (reach === undefined) return false;
  const held = permissionReach(granted, needed.slice(0, -reach.length - 1));
  return held !== null && REACHES.indexOf(held) >= REACHES.indexOf(reach);
}

/** The widest reach that `granted` has of `permission` (`audit:read`), or null when it has none. */
export function permissionReach(granted: readonly string[], permission: string): Reach | null {
  if (granted.includes('*')) return 'all';
  return REACHES.findLast((reach) => granted.includes(`${permission}:${reach}`)) ?? null;
}
