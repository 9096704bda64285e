import type { McpServers } from '@gatehouse/mcp-spawner';
import { Counter, type Registry } from 'prom-client';
import type { McpMessageCounts } from '../mcp/message-counts.ts';

/** Processes of MCP servers, and the messages both ways. */
export function registerMcpMetrics(
  registry: Registry,
  servers: McpServers,
  fromClients: McpMessageCounts,
): void {
  const registers = [registry];
  new Counter({
    name: 'gatehouse_mcp_spawns_total',
    help: 'Processes started for MCP servers, discovery runs among them.',
    labelNames: ['server'],
    registers,
    collect() {
      this.reset();
      for (const { name, counters } of servers.status()) this.inc({ server: name }, counters.spawns);
    },
  });
  new Counter({
    name: 'gatehouse_mcp_client_messages_total',
    help: 'Requests and notifications of MCP clients with a valid token, whatever became of them.',
    labelNames: ['method'],
    registers,
    collect() {
      this.reset();
      for (const { method, count } of fromClients.all()) this.inc({ method }, count);
    },
  });
  new Counter({
    name: 'gatehouse_mcp_server_messages_total',
    help: 'Requests and notifications of MCP servers to their clients, whatever became of them.',
    labelNames: ['server', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { name: server, counters } of servers.status()) {
        this.inc({ server, kind: 'request' }, counters.requests);
        this.inc({ server, kind: 'notification' }, counters.notifications);
      }
    },
  });
}
