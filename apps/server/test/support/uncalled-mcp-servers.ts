import type { Configuration } from '@gatehouse/config';

/**
 * The configured MCP servers for tests that get tokens for them and call none: starting one fails at once, instead of
 * costing a process.
 */
export function uncalledMcpServers({ services }: Configuration): Configuration['services']['mcpServers'] {
  return new Map(
    [...services.mcpServers].map(([name, config]) => [
      name,
      config.command === null ? config : { ...config, command: 'no-such-command' },
    ]),
  );
}
