import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import type { RegisteredServer } from '@gatehouse/mcp-spawner';

const LISTS = ['tools', 'resources', 'prompts'] as const;

/**
 * What of a server's capabilities is offered through the gateway: what it really serves. Changed lists are announced
 * whatever the server itself does, because what may be called changes with the policy too; tasks and extensions are not
 * relayed. A process for each call has nobody to watch a resource.
 */
export function offeredCapabilities(kept: JsonObject, { config }: RegisteredServer): JsonObject {
  const offered: Record<string, JsonValue> = {};
  for (const name of LISTS) {
    const capability = kept[name];
    if (!isJsonObject(capability)) continue;
    const canWatch = name === 'resources' && capability.subscribe === true && config.isolation !== 'call';
    offered[name] = canWatch ? { subscribe: true, listChanged: true } : { listChanged: true };
  }
  for (const name of ['completions', 'logging']) if (isJsonObject(kept[name])) offered[name] = {};
  return offered;
}
