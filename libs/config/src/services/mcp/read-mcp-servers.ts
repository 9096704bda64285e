import { isJsonObject, type Role } from '@gatehouse/kernel';
import mcpSchema from '../../../schemas/mcp.schema.json' with { type: 'json' };
import { FileSchema } from '../../document/schema.ts';
import type { YamlDocument } from '../../document/yaml-document.ts';
import type { Installation } from '../../installation/installation.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import type { NameRegister } from '../name-register.ts';
import { namedEntries } from '../named-entries.ts';
import { BUILT_IN_SERVER, type BuiltInEntry, builtInServer } from './built-in-server.ts';
import type { McpServerConfig } from './mcp-server-config.ts';
import { NOT_ENFORCED, serverProblems } from './server-rules.ts';

/** A server as its file gives it, defaults filled in. */
interface McpServerEntry {
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
  readonly client_requests: McpServerConfig['clientRequests'];
  readonly allow_download: boolean;
  readonly limits: {
    readonly timeout_ms: number;
    readonly output_bytes: number;
    readonly idle_ms: number;
    readonly memory_mb: number;
    readonly children_per_user: number;
    readonly concurrent_calls: number;
  };
}

interface McpFile {
  readonly mcp_servers?: Readonly<Record<string, McpServerEntry>>;
  readonly built_in?: BuiltInEntry;
}

const schema = new FileSchema<McpFile>(mcpSchema);

export function readMcpServers(
  installation: Installation,
  document: YamlDocument,
  names: NameRegister,
  problems: ConfigurationProblem[],
): McpServerConfig[] {
  const checked = schema.check(document);
  for (const [name, entry] of namedEntries(document, 'mcp_servers')) {
    names.claim(name, document, ['mcp_servers', name], problems);
    problems.push(...serverProblems(installation, document, name, entry));
  }
  if (isJsonObject(document.value) && document.value.built_in !== undefined) {
    names.claim(BUILT_IN_SERVER, document, ['built_in'], problems);
  }
  if (!checked.ok) {
    problems.push(...checked.problems);
    return [];
  }
  const { mcp_servers: entries = {}, built_in: builtIn } = checked.value;
  const servers = Object.entries(entries).map(([name, entry]) => serverOf(document, name, entry));
  if (builtIn === undefined) return servers;
  const { line } = document.placeOf(['built_in'], 'key');
  return [...servers, builtInServer(builtIn, { file: document.file, line })];
}

function serverOf(document: YamlDocument, name: string, entry: McpServerEntry): McpServerConfig {
  const { limits } = entry;
  return {
    name,
    builtIn: null,
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
    clientRequests: entry.client_requests,
    allowDownload: entry.allow_download,
    limits: {
      timeoutMs: limits.timeout_ms,
      outputBytes: limits.output_bytes,
      idleMs: limits.idle_ms,
      memoryMb: limits.memory_mb,
      childrenPerUser: limits.children_per_user,
      concurrentCalls: limits.concurrent_calls,
    },
    source: { file: document.file, line: document.placeOf(['mcp_servers', name], 'key').line },
    notEnforced: NOT_ENFORCED,
  };
}
