import type { Role } from '@gatehouse/kernel';
import type { McpServerConfig } from './mcp-server-config.ts';

/** The name of the MCP server that Gatehouse has itself. No operator's server may have it, in whatever case. */
export const BUILT_IN_SERVER = 'gatehouse';

/** `built_in` of a file, defaults filled in. */
export interface BuiltInEntry {
  readonly roles: readonly Role[];
  readonly departments: readonly string[];
  readonly commands: boolean;
}

const DEFAULTS: BuiltInEntry = {
  roles: ['admin', 'user', 'service', 'a2a', 'mcp'],
  departments: [],
  commands: false,
};

/** The server as configured, or as it is where no file says anything of it. */
export function builtInServer(
  entry: BuiltInEntry = DEFAULTS,
  source: McpServerConfig['source'] = { file: 'built in', line: 0 },
): McpServerConfig {
  return {
    name: BUILT_IN_SERVER,
    builtIn: { commands: entry.commands },
    command: null,
    args: [],
    url: null,
    secrets: {},
    env: {},
    headers: {},
    roles: entry.roles,
    departments: entry.departments,
    isolation: 'session',
    stateless: true,
    cage: 'default',
    clientRequests: [],
    allowDownload: false,
    limits: {
      timeoutMs: 30_000,
      outputBytes: 1024 * 1024,
      idleMs: 300_000,
      memoryMb: 512,
      childrenPerUser: 8,
      concurrentCalls: 64,
    },
    source,
    notEnforced: [],
  };
}
