import type { Role } from '@gatehouse/kernel';
import agentsSchema from '../../../schemas/agents.schema.json' with { type: 'json' };
import { FileSchema } from '../../document/schema.ts';
import type { YamlDocument } from '../../document/yaml-document.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import { nearest } from '../../problem/nearest.ts';
import type { NameRegister } from '../name-register.ts';
import type { AgentConfig } from './agent-config.ts';

interface AgentsFile {
  readonly agents: Readonly<
    Record<
      string,
      {
        readonly display_name: string;
        readonly description: string;
        readonly roles: readonly Role[];
        readonly tools: readonly string[];
        readonly mcp_servers: readonly string[];
        readonly enabled: boolean;
      }
    >
  >;
}

const schema = new FileSchema<AgentsFile>(agentsSchema);

/** An agent with the document that it came from, so that its references can be checked once all files are read. */
export interface ReadAgent {
  readonly agent: AgentConfig;
  readonly document: YamlDocument;
}

export function readAgents(
  document: YamlDocument,
  names: NameRegister,
  problems: ConfigurationProblem[],
): ReadAgent[] {
  const checked = schema.check(document);
  if (!checked.ok) {
    problems.push(...checked.problems);
    return [];
  }
  return Object.entries(checked.value.agents).map(([id, file]) => {
    names.claim(id, document, ['agents', id], problems);
    const agent: AgentConfig = {
      id,
      displayName: file.display_name,
      description: file.description,
      roles: file.roles,
      tools: file.tools,
      mcpServers: file.mcp_servers,
      enabled: file.enabled,
      source: { file: document.file, line: document.placeOf(['agents', id], 'key').line },
    };
    return { agent, document };
  });
}

/** Each server that an agent names must exist; `servers` are the names that do, or that at least were attempted. */
export function danglingServers(
  { agent, document }: ReadAgent,
  servers: ReadonlySet<string>,
): ConfigurationProblem[] {
  return agent.mcpServers.flatMap((server, index) => {
    if (servers.has(server)) return [];
    const near = nearest(server, [...servers]);
    return [
      document.problem(['agents', agent.id, 'mcp_servers', index], 'value', {
        message: `names the MCP server ${server}, which does not exist`,
        expected: servers.size === 0 ? 'no server: there is none' : `one of ${[...servers].join(', ')}`,
        ...(near === undefined ? {} : { nearest: near }),
      }),
    ];
  });
}
