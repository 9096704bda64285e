import { createHash } from 'node:crypto';
import { deepFreeze, type Role } from '@gatehouse/kernel';
import blocklistSchema from '../../schemas/blocklist.schema.json' with { type: 'json' };
import rateLimitsSchema from '../../schemas/rate-limits.schema.json' with { type: 'json' };
import rolesSchema from '../../schemas/roles.schema.json' with { type: 'json' };
import { type Checked, FileSchema } from '../document/schema.ts';
import { parseYaml, type YamlDocument } from '../document/yaml-document.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import type { BlocklistPolicy, GovernancePolicyDocument, RolesPolicy } from './governance-policy.ts';
import { secretsFile } from './secrets-file.ts';

export const POLICY_FILES = ['roles.yaml', 'blocklist.yaml', 'rate-limits.yaml', 'secrets.yaml'] as const;
export type PolicyFile = (typeof POLICY_FILES)[number];
/** The bytes of the four files. */
export type PolicySources = Readonly<Record<PolicyFile, Uint8Array>>;

interface RateLimitsFile {
  readonly tool_calls: {
    readonly per_minute: number;
    readonly user_sessions: number;
    readonly multipliers: Readonly<Record<Role, number>>;
  };
}

const SCHEMAS = {
  'roles.yaml': new FileSchema<RolesPolicy>(rolesSchema),
  'blocklist.yaml': new FileSchema<BlocklistPolicy>(blocklistSchema),
  'rate-limits.yaml': new FileSchema<RateLimitsFile>(rateLimitsSchema),
  'secrets.yaml': secretsFile,
};

/**
 * The four files' bytes as one policy document, or every problem in them. A file that is left out makes no
 * document; why it is missing has been told. Pure.
 */
export function parsePolicies(sources: Partial<PolicySources>): Checked<GovernancePolicyDocument> {
  const problems: ConfigurationProblem[] = [];
  const read = <T>(
    name: PolicyFile,
    schema: { check(document: YamlDocument): Checked<T> },
  ): T | undefined => {
    const bytes = sources[name];
    if (bytes === undefined) return undefined;
    const parsed = parseYaml(`services/governance/${name}`, bytes);
    const checked = parsed.ok ? schema.check(parsed.document) : parsed;
    if (checked.ok) return checked.value;
    problems.push(...checked.problems);
    return undefined;
  };
  const roles = read('roles.yaml', SCHEMAS['roles.yaml']);
  const blocklist = read('blocklist.yaml', SCHEMAS['blocklist.yaml']);
  const rateLimits = read('rate-limits.yaml', SCHEMAS['rate-limits.yaml']);
  const secrets = read('secrets.yaml', SCHEMAS['secrets.yaml']);
  if (roles === undefined || blocklist === undefined || rateLimits === undefined || secrets === undefined) {
    return { ok: false, problems };
  }
  const { per_minute, user_sessions, multipliers } = rateLimits.tool_calls;
  const document: GovernancePolicyDocument = {
    version: policyVersion(sources),
    roles,
    blocklist,
    rateLimits: { perMinute: per_minute, userSessions: user_sessions, multipliers },
    secrets,
  };
  return { ok: true, value: deepFreeze(document) };
}

/** SHA-256 over name, length and bytes of each file, so that no two sets of files give the same input. */
export function policyVersion(sources: Partial<PolicySources>): string {
  const hash = createHash('sha256');
  for (const name of POLICY_FILES) {
    const bytes = sources[name] ?? new Uint8Array();
    hash.update(`${name}\n${bytes.length}\n`).update(bytes);
  }
  return `sha256:${hash.digest('hex')}`;
}
