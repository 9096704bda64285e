import { BLOCKLIST_CATEGORIES, type BlocklistCategory, type BlocklistPolicy } from '@gatehouse/config';
import type { JsonValue, Role } from '@gatehouse/kernel';
import type { BlocklistCall, BlocklistFinding, ProtectedPaths } from '../blocklist-call.ts';
import { compileBlocklist } from '../compile.ts';

export const SAMPLE_PATHS: ProtectedPaths = {
  stateDir: '/srv/gate/.gatehouse',
  servicesDir: '/srv/gate/services',
  keyDir: '/home/op/.config/gatehouse/0123456789abcdef',
  clientSettings: [
    '/home/op/.claude/settings.json',
    '/home/op/.claude/settings.local.json',
    '/home/op/.claude.json',
  ],
  home: '/home/op',
};

export function aPolicy(
  off: Partial<Record<BlocklistCategory, 'all' | readonly Role[]>> = {},
): BlocklistPolicy {
  const entry = (category: BlocklistCategory) => {
    const change = off[category];
    return {
      enabled: change !== 'all',
      exempt_roles: change === undefined || change === 'all' ? [] : change,
    };
  };
  return {
    categories: Object.fromEntries(
      BLOCKLIST_CATEGORIES.map((category) => [category, entry(category)]),
    ) as BlocklistPolicy['categories'],
  };
}

const shipped = compileBlocklist(aPolicy(), SAMPLE_PATHS);

export function aCall(input: JsonValue, fields: Partial<BlocklistCall> = {}): BlocklistCall {
  const tool = fields.tool ?? 'Bash';
  return { action: tool, tool, server: null, input, cwd: null, role: 'user', isAgent: true, ...fields };
}

export function judged(input: JsonValue, fields: Partial<BlocklistCall> = {}): BlocklistFinding | null {
  return shipped(aCall(input, fields));
}

/** The line that decides a shell command, or null. */
export function lineOf(command: string, cwd: string | null = null): string | null {
  return judged({ command }, { cwd })?.line ?? null;
}
