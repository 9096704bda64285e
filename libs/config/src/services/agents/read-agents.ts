import type { Role } from '@gatehouse/kernel';
import agentsSchema from '../../../schemas/agents.schema.json' with { type: 'json' };
import { FileSchema } from '../../document/schema.ts';
import type { YamlDocument } from '../../document/yaml-document.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import { nearest } from '../../problem/nearest.ts';
import type { NameRegister } from '../name-register.ts';
import { isName, namedEntries } from '../named-entries.ts';
import type { AgentConfig } from './agent-config.ts';

interface AgentEntry {
  readonly display_name: string;
  readonly description: string;
  readonly roles: readonly Role[];
  readonly tools: readonly string[];
  readonly mcp_servers: readonly string[];
  readonly enabled: boolean;
}

const schema = new FileSchema<{ readonly agents: Readonly<Record<string, AgentEntry>> }>(agentsSchema);

export function readAgents(
  document: YamlDocument,
  names: NameRegister,
  problems: ConfigurationProblem[],
): AgentConfig[] {
  const checked = schema.check(document);
  for (const [id] of namedEntries(document, 'agents')) names.claim(id, document, ['agents', id], problems);
  if (!checked.ok) {
    problems.push(...checked.problems);
    return [];
  }
  return Object.entries(checked.value.agents).map(([id, entry]) => ({
    id,
    displayName: entry.display_name,
    description: entry.description,
    roles: entry.roles,
    tools: entry.tools,
    mcpServers: entry.mcp_servers,
    enabled: entry.enabled,
    source: { file: document.file, line: document.placeOf(['agents', id], 'key').line },
  }));
}

/** Each server that an agent names must be one of `servers`. */
export function danglingServers(
  document: YamlDocument,
  servers: ReadonlySet<string>,
): ConfigurationProblem[] {
  return namedEntries(document, 'agents').flatMap(([id, entry]) => {
    const named = Array.isArray(entry.mcp_servers) ? entry.mcp_servers : [];
    return named.flatMap((server, index) => {
      if (!isName(server) || servers.has(server)) return [];
      const near = nearest(server, [...servers]);
      return [
        document.problem(['agents', id, 'mcp_servers', index], 'value', {
          message: `names the MCP server ${server}, which does not exist`,
          expected: servers.size === 0 ? 'no server: there is none' : `one of ${[...servers].join(', ')}`,
          ...(near === undefined ? {} : { nearest: near }),
        }),
      ];
    });
  });
}
