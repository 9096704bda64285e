import type { McpServerConfig } from '@gatehouse/config';
import type { JsonObject } from '@gatehouse/kernel';

/** A server as configured. Of its environment and headers only the names: a value can be a secret. */
export function mcpServerData(server: McpServerConfig): JsonObject {
  return {
    name: server.name,
    command: server.command,
    args: [...server.args],
    url: server.url,
    secrets: Object.keys(server.secrets),
    env: Object.keys(server.env),
    headers: Object.keys(server.headers),
    roles: [...server.roles],
    departments: [...server.departments],
    isolation: server.isolation,
    stateless: server.stateless,
    cage: server.cage,
    client_requests: [...server.clientRequests],
    allow_download: server.allowDownload,
    limits: {
      timeout_ms: server.limits.timeoutMs,
      output_bytes: server.limits.outputBytes,
      idle_ms: server.limits.idleMs,
      memory_mb: server.limits.memoryMb,
      children_per_user: server.limits.childrenPerUser,
      concurrent_calls: server.limits.concurrentCalls,
    },
    not_enforced: [...server.notEnforced],
    source: `${server.source.file}:${server.source.line}`,
  };
}
