import { BLOCKLIST_CATEGORIES, type BlocklistCategory, type BlocklistPolicy } from '@gatehouse/config';
import { ROLES, type Role } from '@gatehouse/kernel';
import type { BlocklistCall, BlocklistFinding, ProtectedPaths } from './blocklist-call.ts';
import { judgeWrites, keepScripts, recallScripts } from './content/judge-writes.ts';
import { judgeInput } from './input/judge-input.ts';
import { judgeToolName } from './input/tool-name.ts';
import { ProtectedPathSet } from './paths/protected.ts';
import { Scene } from './scene.ts';
import { Verdict } from './verdict.ts';

export type Blocklist = (call: BlocklistCall) => BlocklistFinding | null;

/** The policy as a function of a call. It does no I/O and never throws: what it cannot read is judged as text. */
export function compileBlocklist(policy: BlocklistPolicy, paths: ProtectedPaths): Blocklist {
  const protectedPaths = new ProtectedPathSet(paths);
  const active = new Map(ROLES.map((role) => [role, activeFor(policy, role)]));
  return (call) => {
    const verdict = new Verdict(active.get(call.role) ?? ALL);
    const cwd = call.cwd?.startsWith('/') === true ? call.cwd : null;
    const scene = new Scene(verdict, protectedPaths, cwd);
    if (call.scripts !== undefined) recallScripts(call.scripts, scene);
    judgeToolName(call, scene);
    if (!verdict.decided) judgeInput(call, scene);
    if (!verdict.decided) judgeWrites(call, scene);
    if (!verdict.decided && call.scripts !== undefined) keepScripts(call.scripts, scene);
    const { line } = verdict;
    return line === null ? null : { ...line, path: verdict.foundAt };
  };
}

const ALL: ReadonlySet<BlocklistCategory> = new Set(BLOCKLIST_CATEGORIES);

/** Governance tampering (threat T1) has no switch. */
function activeFor(policy: BlocklistPolicy, role: Role): ReadonlySet<BlocklistCategory> {
  return new Set(
    BLOCKLIST_CATEGORIES.filter((category) => {
      const { enabled, exempt_roles } = policy.categories[category];
      return category === 'governance_tampering' || (enabled && !exempt_roles.includes(role));
    }),
  );
}
