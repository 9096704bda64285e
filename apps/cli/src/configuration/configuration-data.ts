import type { Configuration, ProfileView } from '@gatehouse/config';
import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { agentData } from '../agents/agent-data.ts';
import { mcpServerData } from '../mcp/mcp-server-data.ts';

/** The configuration as it applies, defaults filled in. Holds no secret: the database's address has no password. */
export function configurationData(
  { installation, services }: Configuration,
  profile: ProfileView,
): JsonObject {
  const { version, ...policies } = services.governance;
  return {
    profile: snakeCase({ ...profile }),
    installation: snakeCase({ ...installation }),
    settings: snakeCase(JSON.parse(JSON.stringify(services.settings)) as JsonValue),
    policy_version: version,
    governance: snakeCase(JSON.parse(JSON.stringify(policies)) as JsonValue),
    mcp_servers: [...services.mcpServers.values()].map(mcpServerData),
    agents: [...services.agents.values()].map(agentData),
  };
}

/** Keys as the files spell them. */
function snakeCase(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(snakeCase);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      snakeCase(item),
    ]),
  );
}
