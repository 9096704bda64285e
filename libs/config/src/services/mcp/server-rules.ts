import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { YamlDocument } from '../../document/yaml-document.ts';
import type { Installation } from '../../installation/installation.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import type { PathSegment } from '../../problem/path-text.ts';
import { BUILT_IN_SERVER } from './built-in-server.ts';
import { downloadsOnDemand } from './on-demand-download.ts';
import { protectedPaths, protectedRootProblem } from './protected-roots.ts';

/** Accepted, shown by `/readyz`, without effect in this version. */
export const NOT_ENFORCED: readonly string[] = [];

type Tell = (
  path: readonly PathSegment[],
  part: 'key' | 'value',
  told: Pick<ConfigurationProblem, 'message' | 'expected' | 'kind'>,
) => void;

/** What the schema cannot say of the server `name`, whose entry stands in the file as given. */
export function serverProblems(
  installation: Installation,
  document: YamlDocument,
  name: string,
  entry: JsonObject,
): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const tell: Tell = (path, part, told) => {
    problems.push(document.problem(['mcp_servers', name, ...path], part, told));
  };
  if (name.toLowerCase() === BUILT_IN_SERVER) {
    tell([], 'key', {
      message: 'is the name of the server that Gatehouse has itself',
      expected: 'another name',
    });
  }
  tellShape(entry, tell);
  tellRoots(installation, entry, tell);
  return problems;
}

/** Which keys belong together. */
function tellShape(entry: JsonObject, tell: Tell): void {
  if (entry.command === undefined && entry.url === undefined) {
    tell([], 'key', { message: 'has no command', expected: 'command, or url' });
  }
  if (entry.command !== undefined && entry.url !== undefined) {
    tell(['url'], 'key', { message: 'stands beside command', expected: 'one of the two' });
  }
  if (entry.isolation === 'shared' && entry.stateless !== true) {
    tell(['isolation'], 'value', {
      message: 'is shared for a server that keeps something between calls',
      expected: 'stateless: true beside it, or session',
    });
  }
  if (entry.isolation === 'shared' && holdsSomething(entry.client_requests)) {
    tell(['client_requests'], 'key', {
      message: 'cannot be told to whom they belong where all callers share a process',
      expected: 'isolation: session, or none of them',
    });
  }
  if (typeof entry.command === 'string' && entry.allow_download !== true) {
    const args = (Array.isArray(entry.args) ? entry.args : []).map(String);
    if (downloadsOnDemand(entry.command, args)) {
      tell(['command'], 'value', {
        message: 'downloads what it runs when it starts',
        expected: 'an installed program, or allow_download: true beside it',
      });
    }
  }
  if (entry.command !== undefined && holdsSomething(entry.headers)) {
    tell(['headers'], 'key', { message: 'are for url servers', expected: 'no headers' });
  }
  if (entry.url !== undefined && holdsSomething(entry.secrets)) {
    tell(['secrets'], 'key', {
      message: 'are variables of a command',
      expected: 'the secret in headers',
    });
  }
  tellLoaderVariables(entry, tell);
}

/** Variables by which whoever sets them runs code in what starts the tool, before it is caged. */
function tellLoaderVariables(entry: JsonObject, tell: Tell): void {
  for (const key of ['env', 'secrets']) {
    const variables = entry[key];
    if (variables === undefined || !isJsonObject(variables)) continue;
    for (const name of Object.keys(variables).filter((each) => /^(?:LD_|DYLD_|GATEHOUSE_)/.test(each))) {
      tell([key, name], 'key', { message: 'is not for a tool to have', expected: 'another variable' });
    }
  }
}

/** Arguments and variables that would open to the server what governs it (threat T8). */
function tellRoots(installation: Installation, entry: JsonObject, tell: Tell): void {
  const paths = protectedPaths(installation);
  const judge = (text: JsonValue, path: readonly PathSegment[]) => {
    const told = typeof text === 'string' ? protectedRootProblem(installation, paths, text) : undefined;
    if (told !== undefined) tell(path, 'value', told);
  };
  if (typeof entry.command === 'string' && entry.command.includes('/')) judge(entry.command, ['command']);
  for (const [index, arg] of (Array.isArray(entry.args) ? entry.args : []).entries())
    judge(arg, ['args', index]);
  for (const [key, value] of Object.entries(isJsonObject(entry.env) ? entry.env : {}))
    judge(value, ['env', key]);
}

function holdsSomething(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
