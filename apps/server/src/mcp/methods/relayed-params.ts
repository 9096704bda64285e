import { callSpanId } from '@gatehouse/audit';
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
import { severityOf } from './log-levels.ts';

export const LOG_LEVEL_KEY = 'io.modelcontextprotocol/logLevel';
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

/** The members of a request that its method has: what is the same in every round of it. */
export function ownParams(method: string, params: JsonObject | undefined): JsonObject {
  const own: Record<string, JsonValue> = {};
  for (const member of OWN_MEMBERS.get(method) ?? []) {
    const value = params?.[member];
    if (value !== undefined) own[member] = value;
  }
  return own;
}

/**
 * What a request carries beside what its method takes: answers to a child's questions, unknown members, and `_meta` of
 * others than MCP. It is relayed, so it is decided on too. The request state is not: sealed here, it says nothing of the
 * client's. Undefined when there is nothing.
 */
export function besideParams(method: string, params: JsonObject | undefined): JsonObject | undefined {
  if (params === undefined) return undefined;
  const own = OWN_MEMBERS.get(method) ?? [];
  let beside: Record<string, JsonValue> | undefined;
  for (const key of Object.keys(params)) {
    if (key === '_meta' || key === 'requestState' || own.includes(key)) continue;
    beside ??= {};
    beside[key] = params[key]!;
  }
  if (params._meta === undefined) return beside;
  let meta: Record<string, JsonValue> | undefined;
  for (const [key, value] of Object.entries(metaOf(params))) {
    if (OWN_META.has(key)) continue;
    meta ??= {};
    meta[key] = value;
  }
  return meta === undefined ? beside : { ...beside, _meta: meta };
}

/**
 * The parameters as the child gets them: what was decided, under metadata of our own, and without the wish for a task:
 * whoever offers none ignores it (revision 2025-11-25, "Tasks"). A child is told of no client
 * but the gateway, and of what it may ask that client (threat T15).
 */
export function relayedParams(
  params: JsonObject | undefined,
  options: {
    /** Of the child. */
    readonly era: McpEra;
    readonly context: RequestContext;
    readonly beside: JsonObject | undefined;
    /** None for a child with a handshake: it was told then. */
    readonly capabilities: JsonObject | undefined;
    /** The least severe log message that the caller wants, if any. */
    readonly logLevel: JsonValue | undefined;
    /** The child's own. */
    readonly requestState: string | undefined;
  },
): JsonObject {
  const token = metaOf(params).progressToken;
  const foreign = options.beside?._meta;
  const meta: Record<string, JsonValue> = {
    ...(isJsonObject(foreign) ? foreign : {}),
    ...(typeof token === 'string' || typeof token === 'number' ? { progressToken: token } : {}),
    traceparent: `00-${options.context.traceId}-${callSpanId(options.context.traceId, options.context.taskId)}-01`,
  };
  const rest = withoutOurs(params ?? {});
  if (options.era === 'legacy') return { ...rest, _meta: meta };
  const inputResponses = params?.inputResponses;
  meta[PROTOCOL_VERSION_KEY] = MODERN_VERSION;
  meta[CLIENT_INFO_KEY] = GATEWAY_INFO;
  meta[CLIENT_CAPABILITIES_KEY] = options.capabilities ?? {};
  if (severityOf(options.logLevel) >= 0) meta[LOG_LEVEL_KEY] = options.logLevel!;
  return {
    ...rest,
    ...(inputResponses === undefined ? {} : { inputResponses }),
    ...(options.requestState === undefined ? {} : { requestState: options.requestState }),
    _meta: meta,
  };
}

/** Without what is not relayed as it came. Few requests have any of it, and to copy around it costs more than to copy. */
function withoutOurs(params: JsonObject): JsonObject {
  const { requestState, inputResponses, task } = params;
  if (requestState === undefined && inputResponses === undefined && task === undefined) return params;
  const { requestState: _sealed, inputResponses: _answers, task: _task, ...rest } = params;
  return rest;
}
