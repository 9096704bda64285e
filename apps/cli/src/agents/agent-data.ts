import type { AgentConfig } from '@gatehouse/config';
import type { JsonObject } from '@gatehouse/kernel';

export function agentData(agent: AgentConfig): JsonObject {
  return {
    id: agent.id,
    display_name: agent.displayName,
    description: agent.description,
    enabled: agent.enabled,
    roles: [...agent.roles],
    tools: [...agent.tools],
    mcp_servers: [...agent.mcpServers],
    source: `${agent.source.file}:${agent.source.line}`,
  };
}
