import type { Role } from '@gatehouse/kernel';

export const BLOCKLIST_CATEGORIES = [
  'file_system_destruction',
  'disk',
  'database',
  'history_rewrite',
  'infrastructure_teardown',
  'host_control',
  'permission_opening',
  'remote_code_execution',
  'startup_persistence',
  'governance_tampering',
] as const;

export type BlocklistCategory = (typeof BLOCKLIST_CATEGORIES)[number];

export interface NameLists {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/**
 * What a role may do. `allow` and `deny` are patterns of tool names in which `*` stands for any run of
 * characters; `deny` wins. A tool of a configured MCP server also needs that server's own `roles` to list the
 * role. A tool that is neither a client's known one nor of a configured server is matched by `*` alone.
 */
export interface RolePolicy {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** Of `PERMISSIONS`, `PERMISSION_SETS`, or `*`. */
  readonly permissions: readonly string[];
  /** Names in which `*` stands for any run of characters; deny wins. */
  readonly mcp_servers: NameLists;
  readonly agents: NameLists;
}

export interface RolesPolicy {
  readonly roles: Readonly<Record<Role, RolePolicy>>;
  /**
   * Of departments that are listed: a call has to pass the role's lists and the department's. Their permissions come
   * on top of the role's.
   */
  readonly departments: Readonly<Record<string, RolePolicy>>;
}

export interface BlocklistPolicy {
  readonly categories: Readonly<
    Record<BlocklistCategory, { readonly enabled: boolean; readonly exempt_roles: readonly Role[] }>
  >;
}

export interface RateLimitsPolicy {
  /** Tool calls a minute for each session and each root session, before the multiplier. */
  readonly perMinute: number;
  /** A user's calls count against this many times a session's budget. */
  readonly userSessions: number;
  readonly multipliers: Readonly<Record<Role, number>>;
}

/** A finding denies the call, or is recorded as a warning and the call goes on. */
export type SecretAction = 'deny' | 'monitor';

/** A credential of the operator's own. */
export interface SecretPattern {
  /** As it was written; findings show `own-<id>`. */
  readonly id: string;
  readonly description: string;
  /** A regular expression, checked to take linear time. Its first group, if any, is the credential. */
  readonly pattern: string;
  readonly ignoreCase: boolean;
  /** What every match begins with, lower-case. */
  readonly keywords: readonly string[];
  readonly confidence: 'high' | 'medium' | 'low';
}

/** What a finding means for some tools or roles. What is left out fits all. */
export interface SecretSeverity {
  /** Tool names, `*` for any run of characters. */
  readonly tools?: readonly string[];
  readonly roles?: readonly Role[];
  readonly action: SecretAction;
}

/** Findings that the operator accepts: all that is named has to fit. */
export interface SecretAllowance {
  readonly rule?: string;
  readonly path?: string;
  readonly fingerprint?: string;
  /** `YYYY-MM-DD`: the last day, UTC. */
  readonly until: string;
  readonly reason: string;
}

export interface SecretsPolicy {
  /** True: a credential in a call is recorded as a warning and the call goes on. */
  readonly monitor: boolean;
  /** The first entry that fits decides; where none does, `monitor`. */
  readonly severity: readonly SecretSeverity[];
  readonly patterns: readonly SecretPattern[];
  readonly allow: readonly SecretAllowance[];
}

/** The four files of `services/governance` as one: applied together or not at all. Frozen. */
export interface GovernancePolicyDocument {
  /** `sha256:…` over the names and bytes of the four files, as they were applied. */
  readonly version: string;
  readonly roles: RolesPolicy;
  readonly blocklist: BlocklistPolicy;
  readonly rateLimits: RateLimitsPolicy;
  readonly secrets: SecretsPolicy;
}
