import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { SERVER_INFO_KEY } from '@gatehouse/mcp-spawner';

/**
 * A result of the gateway's own, as revision 2026-07-28 wants it: complete, from whom, and for lists how long it holds.
 * What a caller may see depends on the caller and changes with the policy, so nothing is to be kept or shared.
 */
export function modernResult(result: JsonObject, serverInfo: JsonObject, isCacheable: boolean): JsonObject {
  const meta = isJsonObject(result._meta) ? result._meta : {};
  return {
    ...result,
    resultType: 'complete',
    ...(isCacheable ? { ttlMs: 0, cacheScope: 'private' } : {}),
    _meta: { ...meta, [SERVER_INFO_KEY]: serverInfo },
  };
}
