import { type RolePolicy, ToolPatterns } from '@gatehouse/config';

/** One role's or department's lists of `roles.yaml`, compiled. */
export class ScopeLists {
  readonly allow: ToolPatterns;
  readonly deny: ToolPatterns;
  readonly #servers: { readonly allow: ToolPatterns; readonly deny: ToolPatterns };
  readonly #agents: { readonly allow: ToolPatterns; readonly deny: ToolPatterns };
  readonly #whose: string;

  /** `whose`: as a sentence names it, `the role user`. */
  constructor(whose: string, { allow, deny, mcp_servers: servers, agents }: RolePolicy) {
    this.#whose = whose;
    this.allow = new ToolPatterns(allow);
    this.deny = new ToolPatterns(deny);
    this.#servers = { allow: new ToolPatterns(servers.allow), deny: new ToolPatterns(servers.deny) };
    this.#agents = { allow: new ToolPatterns(agents.allow), deny: new ToolPatterns(agents.deny) };
  }

  /** Why these lists do not let a call through, or null. Deny beats allow. */
  objectionTo(action: string, server: string | null, agentIds: readonly string[]): string | null {
    if (this.deny.match(action)) return `roles.yaml denies this tool to ${this.#whose}`;
    if (!this.allow.match(action)) return `roles.yaml does not allow this tool to ${this.#whose}`;
    if (server !== null && !reaches(this.#servers, server))
      return `roles.yaml does not open this MCP server to ${this.#whose}`;
    if (!agentIds.every((id) => reaches(this.#agents, id)))
      return `roles.yaml does not give this agent to ${this.#whose}`;
    return null;
  }
}

function reaches(
  lists: { readonly allow: ToolPatterns; readonly deny: ToolPatterns },
  name: string,
): boolean {
  return !lists.deny.match(name) && lists.allow.match(name);
}
