import { isJsonObject, type Role } from '@gatehouse/kernel';
import mcpSchema from '../../../schemas/mcp.schema.json' with { type: 'json' };
import { FileSchema } from '../../document/schema.ts';
import type { YamlDocument } from '../../document/yaml-document.ts';
import type { Installation } from '../../installation/installation.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import type { NameRegister } from '../name-register.ts';
import type { McpServerConfig } from './mcp-server-config.ts';
import { NOT_ENFORCED, notBuiltProblems } from './not-built.ts';
import { protectedPaths, protectedRootProblem } from './protected-roots.ts';

/** A server as its file gives it, defaults filled in. */
export interface McpServerEntry {
  readonly command?: string;
  readonly args: readonly string[];
  readonly url?: string;
  readonly secrets: readonly string[] | Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly roles: readonly Role[];
  readonly departments: readonly string[];
  readonly isolation: McpServerConfig['isolation'];
  readonly stateless: boolean;
  readonly cage: McpServerConfig['cage'];
  readonly limits: {
    readonly timeout_ms: number;
    readonly output_bytes: number;
    readonly idle_ms: number;
    readonly memory_mb: number;
    readonly children_per_user: number;
  };
}

const schema = new FileSchema<{ readonly mcp_servers: Readonly<Record<string, McpServerEntry>> }>(mcpSchema);

export function readMcpServers(
  installation: Installation,
  document: YamlDocument,
  names: NameRegister,
  problems: ConfigurationProblem[],
): McpServerConfig[] {
  const checked = schema.check(document);
  if (!checked.ok) {
    problems.push(...checked.problems);
    return [];
  }
  return Object.entries(checked.value.mcp_servers).map(([name, entry]) => {
    names.claim(name, document, ['mcp_servers', name], problems);
    problems.push(
      ...shapeProblems(document, name, entry),
      ...notBuiltProblems(document, name, entry),
      ...rootProblems(installation, document, name, entry),
    );
    return serverOf(document, name, entry);
  });
}

/** The names that a file gives to servers, whether or not it is right otherwise. */
export function serverNamesIn(document: YamlDocument): string[] {
  const servers = isJsonObject(document.value) ? document.value.mcp_servers : undefined;
  return isJsonObject(servers) ? Object.keys(servers) : [];
}

function serverOf(document: YamlDocument, name: string, entry: McpServerEntry): McpServerConfig {
  const { limits } = entry;
  return {
    name,
    command: entry.command ?? null,
    args: entry.args,
    url: entry.url ?? null,
    secrets: Array.isArray(entry.secrets)
      ? Object.fromEntries(entry.secrets.map((secret) => [secret, secret]))
      : { ...(entry.secrets as Readonly<Record<string, string>>) },
    env: entry.env,
    headers: entry.headers,
    roles: entry.roles,
    departments: entry.departments,
    isolation: entry.isolation,
    stateless: entry.stateless,
    cage: entry.cage,
    limits: {
      timeoutMs: limits.timeout_ms,
      outputBytes: limits.output_bytes,
      idleMs: limits.idle_ms,
      memoryMb: limits.memory_mb,
      childrenPerUser: limits.children_per_user,
    },
    source: { file: document.file, line: document.placeOf(['mcp_servers', name], 'key').line },
    notEnforced: NOT_ENFORCED,
  };
}

/** What the schema cannot say: one of command and url, and what belongs to which. */
function shapeProblems(document: YamlDocument, name: string, entry: McpServerEntry): ConfigurationProblem[] {
  const path = ['mcp_servers', name];
  const problems: ConfigurationProblem[] = [];
  if (entry.command === undefined && entry.url === undefined) {
    problems.push(document.problem(path, 'key', { message: 'has no command', expected: 'command, or url' }));
  }
  if (entry.command !== undefined && entry.url !== undefined) {
    problems.push(
      document.problem([...path, 'url'], 'key', {
        message: 'stands beside command',
        expected: 'one of the two',
      }),
    );
  }
  if (entry.isolation === 'shared' && !entry.stateless) {
    problems.push(
      document.problem([...path, 'isolation'], 'value', {
        message: 'is shared for a server that keeps something between calls',
        expected: 'stateless: true beside it, or session',
      }),
    );
  }
  if (entry.command !== undefined && Object.keys(entry.headers).length > 0) {
    problems.push(
      document.problem([...path, 'headers'], 'key', {
        message: 'are for url servers',
        expected: 'no headers',
      }),
    );
  }
  return problems;
}

function rootProblems(
  installation: Installation,
  document: YamlDocument,
  name: string,
  entry: McpServerEntry,
): ConfigurationProblem[] {
  const paths = protectedPaths(installation);
  const given: [string, (string | number)[]][] = [
    ...entry.args.map((arg, index): [string, (string | number)[]] => [arg, ['args', index]]),
    ...Object.entries(entry.env).map(([key, value]): [string, (string | number)[]] => [value, ['env', key]]),
  ];
  return given.flatMap(([text, path]) => {
    const told = protectedRootProblem(installation, paths, text);
    return told === undefined ? [] : [document.problem(['mcp_servers', name, ...path], 'value', told)];
  });
}
