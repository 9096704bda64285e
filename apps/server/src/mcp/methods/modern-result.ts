import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { type McpEra, SERVER_INFO_KEY } from '@gatehouse/mcp-spawner';

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

/** The methods of revision 2026-07-28 whose results say how long they hold. */
const CACHEABLE = new Set(['resources/read']);

/** A child's result as a client of the other era, or of its own, expects it. */
export function translatedResult(
  result: JsonObject,
  options: {
    readonly method: string;
    readonly client: McpEra;
    readonly child: McpEra;
    readonly serverInfo: JsonObject;
  },
): JsonObject {
  if (options.client === 'modern') {
    return options.child === 'modern'
      ? { resultType: 'complete', ...result }
      : modernResult(result, options.serverInfo, CACHEABLE.has(options.method));
  }
  if (options.child === 'legacy') return result;
  const { resultType: _type, ttlMs: _ttl, cacheScope: _scope, _meta, ...rest } = result;
  if (!isJsonObject(_meta)) return rest;
  const { [SERVER_INFO_KEY]: _info, ...meta } = _meta;
  return Object.keys(meta).length > 0 ? { ...rest, _meta: meta } : rest;
}

const RESOURCE_NOT_FOUND = -32_002;
const INVALID_PARAMS = -32_602;

/** A child's error likewise: a resource that there is not has another code in revision 2026-07-28. */
export function translatedError(error: JsonObject, client: McpEra): JsonObject {
  if (client === 'modern' && error.code === RESOURCE_NOT_FOUND) return { ...error, code: INVALID_PARAMS };
  return error;
}
