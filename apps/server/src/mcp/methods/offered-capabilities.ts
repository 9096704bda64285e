import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { McpEra } from '@gatehouse/mcp-spawner';

const LISTS = ['tools', 'resources', 'prompts'] as const;

/**
 * What of a server's capabilities is offered through the gateway: what it really serves. Changed lists are announced
 * on the streams of the revisions with a handshake; subscriptions, tasks and extensions are not relayed.
 */
export function offeredCapabilities(kept: JsonObject, era: McpEra): JsonObject {
  const offered: Record<string, JsonValue> = {};
  for (const name of LISTS) {
    if (isJsonObject(kept[name])) offered[name] = era === 'legacy' ? { listChanged: true } : {};
  }
  for (const name of ['completions', 'logging']) if (isJsonObject(kept[name])) offered[name] = {};
  return offered;
}
