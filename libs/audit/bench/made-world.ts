import type { Role } from '@gatehouse/kernel';
import type { Policy, RuleOutcome } from '../src/index.ts';

/** A company of 500 people and the services beside them, over a year. */
export const USERS = 500;
/** A service that never rests: this share of all sessions is its own. */
export const BUSY_USER = '01a20000-0000-7000-8000-000000000001';
/** A client that sends the trace id of its first call for ever. */
export const ENDLESS_TRACE = 'e'.repeat(32);
export const RARE_ACTION = 'mcp__rare__tool';
export const RARE_AGENT = 'rare_agent';
export const AGENTS = ['developer_agent', 'support_agent', 'billing_agent'] as const;

export function userId(number: number): string {
  return number === 0 ? BUSY_USER : `01a20000-0000-7000-8000-${(number + 1).toString(16).padStart(12, '0')}`;
}

export function roleOf(number: number): Role {
  if (number === 0) return 'service';
  return number % 50 === 1 ? 'admin' : 'user';
}

const SERVERS = ['filesystem', 'github', 'jira', 'postgres', 'slack', 'browser', 'calendar', 'crm'];
const VERBS = ['read', 'list', 'search', 'create', 'update', 'comment'];

/** Most used first. */
export const ACTIONS: readonly string[] = [
  'Bash',
  'Read',
  'Edit',
  'Grep',
  'Glob',
  'Write',
  'WebFetch',
  ...VERBS.flatMap((verb) => SERVERS.map((server) => `mcp__${server}__${verb}_item`)),
];

/** `upTo`: of all denials, the share of this one and those before. */
export const DENIALS: readonly { readonly upTo: number; readonly policy: Policy; readonly reason: string }[] =
  [
    {
      upTo: 0.3,
      policy: 'blocklisted',
      reason: 'It deletes a file system, a home or the working folder whole.',
    },
    { upTo: 0.55, policy: 'scope_denied', reason: 'The role user may not call this tool.' },
    {
      upTo: 0.75,
      policy: 'secret_detected',
      reason: 'The arguments hold a credential: github-personal-access-token at $.message.',
    },
    { upTo: 0.9, policy: 'rate_limited', reason: 'This session has used its 300 calls of this minute.' },
    { upTo: 0.9995, policy: 'input_invalid', reason: 'The arguments are not what the tool takes.' },
    { upTo: 1, policy: 'tool_changed', reason: 'The definition of this tool changed since it was approved.' },
  ];

export const LIFECYCLE = [
  'policy.changed',
  'tool.pinned',
  'role.changed',
  'user.created',
  'secret.rotated',
  'admin.clients',
] as const;

const NAMES = ['token', 'scope', 'secrets', 'blocklist', 'rate_limit'] as const;
const FAILS: Partial<Record<Policy, number>> = {
  scope_denied: 1,
  tool_changed: 1,
  input_invalid: 2,
  secret_detected: 2,
  blocklisted: 3,
  rate_limited: 4,
};
const PASSES = [
  'access_token, session live',
  'role user',
  'no credential found',
  'nothing destructive found',
] as const;

/** The five checks as they stand in a row: all passed, or up to the one that denied. */
export function rulesOf(policy: Policy, left: number, reason: string): RuleOutcome[] {
  const failed = FAILS[policy] ?? NAMES.length;
  return NAMES.map((rule, place) => ({
    rule,
    result: place < failed ? 'pass' : place === failed ? 'fail' : 'skip',
    detail:
      place > failed
        ? 'not reached'
        : place === failed
          ? reason
          : (PASSES[place] ?? `${left} of 300 calls a minute left for this session`),
    durationUs: place > failed ? 0 : 3 + place * 2,
  }));
}
