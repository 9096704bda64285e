import type { AgentConfig } from '@gatehouse/config';
import type { Role } from '@gatehouse/kernel';

export type AgentObjection = 'disabled' | 'not_allowed';

/** Why a user of this role may not act through the agent, or undefined when the user may. */
export function objectionTo(agent: AgentConfig, role: Role): AgentObjection | undefined {
  if (!agent.enabled) return 'disabled';
  return agent.roles.includes(role) ? undefined : 'not_allowed';
}
