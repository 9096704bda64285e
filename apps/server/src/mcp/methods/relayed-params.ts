import { randomBytes } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue, type RequestContext } from '@gatehouse/kernel';
import {
  CLIENT_CAPABILITIES_KEY,
  CLIENT_INFO_KEY,
  GATEWAY_INFO,
  type McpEra,
  MODERN_VERSION,
  PROTOCOL_VERSION_KEY,
} from '@gatehouse/mcp-spawner';
import { OWN_MEMBERS } from './governed-method.ts';

const LOG_LEVEL_KEY = 'io.modelcontextprotocol/logLevel';
const LOG_LEVELS = new Set(['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']);
/** Claude Code's id of the tool use that a call came from. It correlates and goes no further. */
export const TOOL_USE_KEY = 'claudecode/toolUseId';

/** Members of `_meta` that the gateway reads and writes itself: they carry nothing of the client to the child. */
const OWN_META = new Set([
  'progressToken',
  'traceparent',
  TOOL_USE_KEY,
  PROTOCOL_VERSION_KEY,
  CLIENT_INFO_KEY,
  CLIENT_CAPABILITIES_KEY,
  LOG_LEVEL_KEY,
]);

/** The key under which parameters beside the call's own stand in what is decided. No tool's arguments may use it. */
export const BESIDE_KEY = 'mcp:params';

export function metaOf(params: JsonObject | undefined): JsonObject {
  return isJsonObject(params?._meta) ? params._meta : {};
}

/**
 * What a request carries beside what its method takes: unknown members, and `_meta` of others than MCP. It is relayed,
 * so it is decided on too. Undefined when there is nothing.
 */
export function besideParams(method: string, params: JsonObject | undefined): JsonObject | undefined {
  if (params === undefined) return undefined;
  const own = OWN_MEMBERS.get(method) ?? [];
  const beside: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(params)) {
    if (key !== '_meta' && !own.includes(key)) beside[key] = value;
  }
  const meta: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(metaOf(params))) if (!OWN_META.has(key)) meta[key] = value;
  if (Object.keys(meta).length > 0) beside._meta = meta;
  return Object.keys(beside).length > 0 ? beside : undefined;
}

/**
 * The parameters as the child gets them: what was decided, under metadata of our own. A child is told of no client
 * but the gateway, and of no capability to ask its client for anything (threat T15).
 */
export function relayedParams(
  params: JsonObject | undefined,
  options: {
    readonly era: McpEra;
    readonly context: RequestContext;
    readonly beside: JsonObject | undefined;
  },
): JsonObject {
  const given = metaOf(params);
  const level = given[LOG_LEVEL_KEY];
  const token = given.progressToken;
  const foreign = options.beside?._meta;
  const meta: Record<string, JsonValue> = {
    ...(isJsonObject(foreign) ? foreign : {}),
    ...(typeof token === 'string' || typeof token === 'number' ? { progressToken: token } : {}),
    traceparent: `00-${options.context.traceId}-${randomBytes(8).toString('hex')}-01`,
  };
  if (options.era === 'modern') {
    meta[PROTOCOL_VERSION_KEY] = MODERN_VERSION;
    meta[CLIENT_INFO_KEY] = GATEWAY_INFO;
    meta[CLIENT_CAPABILITIES_KEY] = {};
    if (typeof level === 'string' && LOG_LEVELS.has(level)) meta[LOG_LEVEL_KEY] = level;
  }
  return { ...params, _meta: meta };
}
