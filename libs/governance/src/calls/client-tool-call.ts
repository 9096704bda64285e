import type { JsonValue } from '@gatehouse/kernel';
import type { GovernedCall } from './governed-call.ts';

const MCP_TOOL = /^mcp__(.+?)__(.+)$/s;

/** A call of a tool by the name that clients give it: `Bash`, or `mcp__<server>__<tool>`. */
export function clientToolCall(action: string, input: JsonValue, cwd: string | null): GovernedCall {
  const [, server = null, tool = action] = MCP_TOOL.exec(action) ?? [];
  return { action, tool, server, input, cwd };
}
