import type { RegisteredServer } from '@gatehouse/mcp-spawner';
import { error, type RpcAnswer, SERVER_ERROR } from '../wire/json-rpc.ts';

/** The answer for a server of which nothing is known yet, and when to ask again. */
export function undiscovered({ name, discovery }: RegisteredServer): RpcAnswer {
  const waitMs = (discovery.retryAt ?? Date.now()) - Date.now();
  const answer = error(
    SERVER_ERROR,
    `MCP server ${name} is not available: ${discovery.problem ?? 'it is not known yet'}`,
    { status: 503 },
  );
  return { ...answer, headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) } };
}
