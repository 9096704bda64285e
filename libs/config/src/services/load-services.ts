import { join } from 'node:path';
import { readDocument } from '../document/read-document.ts';
import type { YamlDocument } from '../document/yaml-document.ts';
import type { GovernancePolicyDocument } from '../governance/governance-policy.ts';
import { parsePolicies } from '../governance/parse-policies.ts';
import { readPolicySources } from '../governance/policy-sources.ts';
import type { Installation } from '../installation/installation.ts';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import type { AgentConfig } from './agents/agent-config.ts';
import { danglingServers, readAgents } from './agents/read-agents.ts';
import type { FrameworkConfig } from './compliance/framework-config.ts';
import { readFrameworks } from './compliance/read-frameworks.ts';
import type { ExportSinkConfig } from './export/export-sink-config.ts';
import { readExportSinks } from './export/read-export-sinks.ts';
import { type IncludedFile, type IncludeFolder, readIncludes } from './includes.ts';
import { BUILT_IN_SERVER, builtInServer } from './mcp/built-in-server.ts';
import type { McpServerConfig } from './mcp/mcp-server-config.ts';
import { readMcpServers } from './mcp/read-mcp-servers.ts';
import { NameRegister } from './name-register.ts';
import { namedEntries } from './named-entries.ts';
import type { ServicesConfig } from './services-config.ts';

export type ServicesOutcome =
  | { readonly ok: true; readonly services: ServicesConfig }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/** Reads everything, whatever is wrong with some of it, so that all problems are told at once. */
export function loadServices(
  installation: Installation,
  leaveOut: readonly IncludeFolder[] = [],
): ServicesOutcome {
  const problems: ConfigurationProblem[] = [];
  const governance = loadGovernance(installation, problems);
  const main = readDocument(installation, join(installation.servicesDir, 'config', 'config.yaml'));
  if (!main.ok) problems.push(...main.problems);
  const includes = readIncludes(installation, main.ok ? main.document : undefined, problems);
  const files = includes.files.filter(({ folder }) => !leaveOut.includes(folder));
  const read = readFiles(installation, files, problems);
  if (problems.length > 0 || governance === undefined) return { ok: false, problems };
  return {
    ok: true,
    services: {
      settings: includes.settings,
      governance,
      mcpServers: withBuiltIn(read.servers),
      agents: new Map(read.agents.map((agent) => [agent.id, agent])),
      exportSinks: new Map(read.sinks.map((sink) => [sink.name, sink])),
      frameworks: new Map(read.frameworks.map((each) => [each.framework, each])),
    },
  };
}

/** By name; the server that Gatehouse has itself comes last, whichever file says something of it. */
function withBuiltIn(servers: readonly McpServerConfig[]): ReadonlyMap<string, McpServerConfig> {
  const builtIn = servers.find((server) => server.builtIn !== null) ?? builtInServer();
  const others = servers.filter((server) => server.builtIn === null);
  return new Map([...others, builtIn].map((server) => [server.name, server]));
}

function loadGovernance(
  installation: Installation,
  problems: ConfigurationProblem[],
): GovernancePolicyDocument | undefined {
  const sources = readPolicySources(installation);
  const parsed = parsePolicies(sources.ok ? sources.value : sources.readable);
  if (!sources.ok) problems.push(...sources.problems);
  if (parsed.ok) return parsed.value;
  problems.push(...parsed.problems);
  return undefined;
}

function readFiles(
  installation: Installation,
  files: readonly IncludedFile[],
  problems: ConfigurationProblem[],
): {
  servers: McpServerConfig[];
  agents: AgentConfig[];
  sinks: ExportSinkConfig[];
  frameworks: FrameworkConfig[];
} {
  const servers: McpServerConfig[] = [];
  const agents: AgentConfig[] = [];
  const sinks: ExportSinkConfig[] = [];
  const frameworks: FrameworkConfig[] = [];
  const agentFiles: YamlDocument[] = [];
  const serverNames = new NameRegister();
  const agentNames = new NameRegister();
  const sinkNames = new NameRegister();
  const frameworkNames = new NameRegister();
  // A server that is written, however wrongly, is no dangling reference.
  const written = new Set<string>([BUILT_IN_SERVER]);
  let unreadable = false;
  for (const { folder, path } of files) {
    const read = readDocument(installation, path);
    if (!read.ok) {
      problems.push(...read.problems);
      unreadable ||= folder === 'mcp';
    } else if (folder === 'mcp') {
      for (const [name] of namedEntries(read.document, 'mcp_servers')) written.add(name);
      servers.push(...readMcpServers(installation, read.document, serverNames, problems));
    } else if (folder === 'export') {
      sinks.push(...readExportSinks(installation, read.document, sinkNames, problems));
    } else if (folder === 'compliance') {
      frameworks.push(...readFrameworks(read.document, frameworkNames, problems));
    } else {
      agentFiles.push(read.document);
      agents.push(...readAgents(read.document, agentNames, problems));
    }
  }
  if (!unreadable) problems.push(...agentFiles.flatMap((file) => danglingServers(file, written)));
  return { servers, agents, sinks, frameworks };
}
