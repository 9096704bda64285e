import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  type BlocklistPolicy,
  type Configuration,
  type McpServerConfig,
  type McpServerLimits,
} from '@gatehouse/config';
import type { Cage } from '../src/cage/cage.service.ts';
import { ChildStarter } from '../src/children/child-starter.service.ts';
import { ChildPool } from '../src/pool/child-pool.service.ts';
import type { ChildOwner } from '../src/pool/pool-key.ts';
import type { ServerSecrets } from '../src/secrets/server-secrets.service.ts';
import { McpServers } from '../src/servers/mcp-servers.service.ts';
import { LATEST_LEGACY_VERSION } from '../src/upstream/protocol.ts';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const OFF = { enabled: false, exempt_roles: [] };
const NO_CATEGORIES: BlocklistPolicy['categories'] = {
  file_system_destruction: OFF,
  disk: OFF,
  database: OFF,
  history_rewrite: OFF,
  infrastructure_teardown: OFF,
  host_control: OFF,
  permission_opening: OFF,
  remote_code_execution: OFF,
  startup_persistence: OFF,
  governance_tampering: OFF,
};
const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** A configured server; by default the hostile one, which behaves until a tool says otherwise. */
export function aServer(
  options: Partial<Omit<McpServerConfig, 'limits'>> & { readonly limits?: Partial<McpServerLimits> } = {},
): McpServerConfig {
  return {
    name: 'hostile',
    builtIn: null,
    command: `${FIXTURES}hostile-mcp-server.mjs`,
    args: [],
    url: null,
    secrets: {},
    env: {},
    headers: {},
    roles: ['admin', 'user'],
    departments: [],
    isolation: 'session',
    stateless: false,
    cage: 'default',
    clientRequests: ['elicitation'],
    allowDownload: false,
    source: { file: 'services/mcp/hostile.yaml', line: 1 },
    notEnforced: [],
    ...options,
    limits: {
      timeoutMs: 10_000,
      outputBytes: 1_048_576,
      idleMs: 300_000,
      memoryMb: 512,
      childrenPerUser: 8,
      concurrentCalls: 64,
      ...options.limits,
    },
  };
}

export const modernServer = (...args: string[]): McpServerConfig =>
  aServer({ name: 'modern', command: `${FIXTURES}modern-mcp-server.mjs`, args });

/** Of a configuration the servers and the root matter here; the rest is as small as it may be. */
export function aConfiguration(...servers: McpServerConfig[]): Configuration {
  const open = { allow: ['*'], deny: [] };
  const role = { allow: ['*'], deny: [], permissions: [], mcp_servers: open, agents: open };
  return {
    installation: { root: ROOT, servicesDir: `${ROOT}/services`, stateDir: tmpdir(), keyDir: tmpdir() },
    profile: {
      name: 'test',
      mode: 'evaluation',
      host: 'localhost',
      port: 0,
      publicUrl: 'http://localhost:8080',
      databaseUrl: null,
      outboundAllow: [],
      trustedProxies: [],
      logLevel: 'error',
      source: null,
    },
    services: {
      settings: {
        sampleWorld: false,
        storage: { budgetBytes: null, contentBytesPerUserDay: 1024 ** 3 },
        anchors: { log: false, file: null, syslog: false },
        oauth: { clientDocumentHosts: [], registration: false },
        registration: { domains: [] },
        retention: { auditDays: 400, frameworks: [], logDays: { debug: 1, info: 7, warn: 30, error: 90 } },
      },
      governance: {
        version: 'sha256:test',
        roles: {
          roles: { admin: role, user: role, service: role, a2a: role, mcp: role, anonymous: role },
          departments: {},
        },
        blocklist: { categories: NO_CATEGORIES },
        rateLimits: {
          perMinute: 1_000_000,
          userSessions: 4,
          multipliers: { admin: 1, user: 1, service: 1, a2a: 1, mcp: 1, anonymous: 1 },
        },
        secrets: { monitor: false, severity: [], patterns: [], allow: [] },
      },
      mcpServers: new Map(servers.map((server) => [server.name, server])),
      exportSinks: new Map(),
      frameworks: new Map(),
      agents: new Map(),
    },
  };
}

export interface TestPool {
  readonly servers: McpServers;
  readonly starter: ChildStarter;
  readonly pool: ChildPool;
}

export function aPool(...servers: McpServerConfig[]): TestPool {
  return aPoolWith(undefined, ...servers);
}

/** A pool whose children receive secrets. */
export function aPoolWith(secrets: ServerSecrets | undefined, ...servers: McpServerConfig[]): TestPool {
  return aStartedPool(aConfiguration(...servers), secrets);
}

/** A pool over any configuration; caged when it is given a cage. */
export function aStartedPool(configuration: Configuration, secrets?: ServerSecrets, cage?: Cage): TestPool {
  const registry = new McpServers(configuration);
  const starter = new ChildStarter(configuration, secrets, cage);
  const pool = new ChildPool(registry, starter, { admitsProgram: () => Promise.resolve(true) });
  pool.start();
  return { servers: registry, starter, pool };
}

export function anOwner(options: Partial<ChildOwner> = {}): ChildOwner {
  return {
    userId: 'user-1',
    isolationKey: 'session-1',
    era: 'legacy',
    protocolVersion: LATEST_LEGACY_VERSION,
    ...options,
  };
}

/** Whether a process runs: one that ended and was not collected yet does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when a condition holds; looks every few milliseconds, for what gives no event. */
export async function until(condition: () => boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
