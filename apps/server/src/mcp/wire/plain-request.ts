import { isJsonObject, type JsonValue } from '@gatehouse/kernel';
import { LEGACY_VERSIONS } from '@gatehouse/mcp-spawner';
import type { RpcRequest } from './json-rpc.ts';

const MEMBERS = new Set(['jsonrpc', 'id', 'method', 'params']);
const SPOKEN = new Set(LEGACY_VERSIONS);

/**
 * A request of a session in its plainest form, which nearly every call has: nothing but its four members, no `_meta`.
 * Undefined for whatever could be anything else: the SDK's schemas judge that, at ten times the cost.
 */
export function plainRequest(body: JsonValue, protocolVersion: string | undefined): RpcRequest | undefined {
  if (protocolVersion !== undefined && !SPOKEN.has(protocolVersion)) return undefined;
  if (!isJsonObject(body) || body.jsonrpc !== '2.0') return undefined;
  const { id, method, params } = body;
  if (typeof id !== 'string' && !Number.isSafeInteger(id)) return undefined;
  if (typeof method !== 'string' || method === 'initialize') return undefined;
  if (params !== undefined && (!isJsonObject(params) || Object.hasOwn(params, '_meta'))) return undefined;
  for (const member in body) if (!MEMBERS.has(member)) return undefined;
  return { id: id as RpcRequest['id'], method, params };
}
