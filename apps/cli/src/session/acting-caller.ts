import type { CommandHandover } from '@gatehouse/mcp-spawner';

let acting: CommandHandover | null = null;

/**
 * For whom this command runs, where the server runs it for a caller of its MCP server `gatehouse`; null at a terminal.
 * Then it runs in that session's name, and only what reads, or what an administrator approved for these very arguments.
 */
export function actingCaller(): CommandHandover | null {
  return acting;
}

/** Before anything else, once. */
export function actFor(caller: CommandHandover): void {
  acting = caller;
}
