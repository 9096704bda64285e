import {
  type AgentConfig,
  type GovernancePolicyDocument,
  type McpServerConfig,
  ToolPatterns,
} from '@gatehouse/config';
import type { Principal } from '@gatehouse/identity';
import { ROLES, type Role } from '@gatehouse/kernel';
import { ScopeLists } from './scope-lists.ts';

/** Whether a call is in reach, and which statement says so, for a person. */
export interface AccessVerdict {
  readonly allowed: boolean;
  readonly detail: string;
}

/**
 * Who may call which tool: `roles.yaml` for the role and for the department, the lists of the MCP server, and for an agent its own lists, all of them
 * (the intersection; deny beats allow). One rule for the scope check and for filtered lists.
 */
export class ToolAccess {
  readonly #roles: ReadonlyMap<Role, ScopeLists>;
  readonly #departments: ReadonlyMap<string, ScopeLists>;
  readonly #servers: ReadonlyMap<string, McpServerConfig>;
  readonly #agents = new WeakMap<object, ToolPatterns>();

  constructor(policy: GovernancePolicyDocument, servers: ReadonlyMap<string, McpServerConfig>) {
    this.#servers = servers;
    this.#roles = new Map(
      ROLES.map((role) => [role, new ScopeLists(`the role ${role}`, policy.roles.roles[role])]),
    );
    this.#departments = new Map(
      Object.entries(policy.roles.departments).map(([name, lists]) => [
        name,
        new ScopeLists("the caller's department", lists),
      ]),
    );
  }

  mayCall(principal: Principal, action: string, server: string | null): AccessVerdict {
    const ofRole = this.#roles.get(principal.role)!;
    const unknown = server !== null && !this.#servers.has(server);
    if (unknown && !ofRole.allow.everything && !ofRole.deny.match(action))
      return denied('no MCP server of that name is configured here');
    const agentIds = principal.agents.map(({ id }) => id);
    const objection =
      ofRole.objectionTo(action, server, agentIds) ??
      (principal.department === null
        ? undefined
        : this.#departments.get(principal.department)?.objectionTo(action, server, agentIds));
    if (typeof objection === 'string') return denied(objection);
    const listed = this.#serverAllows(principal, server);
    if (listed !== null) return denied(listed);
    if (!this.#agentsAllow(principal, action, server)) return denied('the agent is not given this tool');
    return {
      allowed: true,
      detail: `role ${principal.role}${principal.agentId === null ? '' : ' and the agent'}`,
    };
  }

  /** Null when the server is open to the principal, else why not. A server we do not run is the role's matter alone. */
  #serverAllows(principal: Principal, server: string | null): string | null {
    const config = server === null ? undefined : this.#servers.get(server);
    if (config === undefined) return null;
    if (!config.roles.includes(principal.role))
      return `the MCP server does not list the role ${principal.role}`;
    if (config.departments.length === 0) return null;
    if (principal.department !== null && config.departments.includes(principal.department)) return null;
    return "the MCP server does not list the caller's department";
  }

  /** Each agent of the chain has to be given the tool: what one hands on is at most what it has. */
  #agentsAllow({ agents, agentId, role }: Principal, action: string, server: string | null): boolean {
    if (agentId === null) return true;
    return agents.length > 0 && agents.every((agent) => this.#agentAllows(agent, { role, action, server }));
  }

  #agentAllows(
    agent: AgentConfig,
    {
      role,
      action,
      server,
    }: { readonly role: Role; readonly action: string; readonly server: string | null },
  ): boolean {
    if (!agent.enabled || !agent.roles.includes(role)) return false;
    if (server !== null && agent.mcpServers.includes(server)) return true;
    let patterns = this.#agents.get(agent);
    if (patterns === undefined) {
      patterns = new ToolPatterns(agent.tools);
      this.#agents.set(agent, patterns);
    }
    return patterns.match(action);
  }
}

function denied(detail: string): AccessVerdict {
  return { allowed: false, detail };
}
