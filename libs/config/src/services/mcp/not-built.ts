import type { YamlDocument } from '../../document/yaml-document.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import type { McpServerEntry } from './read-mcp-servers.ts';

/** Accepted, shown by `/readyz`, without effect in this version. */
export const NOT_ENFORCED: readonly string[] = ['cage', 'limits.memory_mb'];

/** What the file may say and this version cannot do: it stops the start rather than do something else. */
export function notBuiltProblems(
  document: YamlDocument,
  name: string,
  entry: McpServerEntry,
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const tell = (key: string, part: 'key' | 'value', expected: string) => {
    const told = { message: 'is not built yet', expected, kind: 'not_built' } as const;
    problems.push(document.problem(['mcp_servers', name, key], part, told));
  };
  if (entry.isolation !== 'session') tell('isolation', 'value', 'session');
  if (entry.url !== undefined) tell('url', 'key', 'a server with a command');
  if (Object.keys(entry.headers).length > 0 && entry.url !== undefined) tell('headers', 'key', 'no headers');
  if (Object.keys(entry.secrets).length > 0) tell('secrets', 'key', 'no secrets');
  return problems;
}
