import { isJsonObject, type JsonObject } from '@gatehouse/kernel';

export const VERSION_KEY = 'mcp-protocol-version';
const META_VERSION = 'io.modelcontextprotocol/protocolVersion';
const BASE64 = '=?base64?';
const PLAIN = /^[\u0021-\u007e](?:[\u0020-\u007e]*[\u0021-\u007e])?$/;

/** What revision 2026-07-28 wants in headers beside the body: its revision, the method, and what that is about. */
export function routingHeaders({ method, params }: JsonObject): Record<string, string> {
  const given = params !== undefined && isJsonObject(params) ? params : {};
  const meta = given._meta !== undefined && isJsonObject(given._meta) ? given._meta : {};
  const version = meta[META_VERSION];
  if (typeof version !== 'string' || typeof method !== 'string') return {};
  const name = method === 'resources/read' ? given.uri : given.name;
  const isNamed =
    ['tools/call', 'prompts/get', 'resources/read'].includes(method) && typeof name === 'string';
  return {
    [VERSION_KEY]: version,
    'mcp-method': method,
    ...(isNamed ? { 'mcp-name': headerText(name) } : {}),
  };
}

/** As it is, or in base64 where a header cannot hold it, or where it could be taken for base64. */
export function headerText(text: string): string {
  return PLAIN.test(text) && !text.startsWith(BASE64)
    ? text
    : `${BASE64}${Buffer.from(text).toString('base64')}?=`;
}
