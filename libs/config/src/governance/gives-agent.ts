import type { Role } from '@gatehouse/kernel';
import type { NameLists, RolesPolicy } from './governance-policy.ts';
import { ToolPatterns } from './tool-patterns.ts';

/** Whether `roles.yaml` lets users of this role and department act through an agent. Deny beats allow. */
export function givesAgent(
  { roles, departments }: RolesPolicy,
  { role, department }: { readonly role: Role; readonly department: string | null },
  agentId: string,
): boolean {
  const own =
    department === null || !Object.hasOwn(departments, department) ? undefined : departments[department];
  return [roles[role].agents, ...(own === undefined ? [] : [own.agents])].every((lists) =>
    names(lists, agentId),
  );
}

function names({ allow, deny }: NameLists, id: string): boolean {
  return !new ToolPatterns(deny).match(id) && new ToolPatterns(allow).match(id);
}
