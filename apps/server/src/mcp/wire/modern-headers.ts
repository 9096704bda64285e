import { error, HEADER_MISMATCH, type RpcAnswer, type RpcRequest } from './json-rpc.ts';
import type { McpHeaders } from './posted-message.ts';

/** Which member of the parameters `Mcp-Name` repeats (SEP-2243, "Standard request headers"). */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);
const BASE64 = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

/**
 * The headers that revision 2026-07-28 requires beside the body, for what stands between client and server. Returns
 * the refusal when one is missing or says something else than the body; the classifier compared those it had.
 */
export function checkModernHeaders(headers: McpHeaders, request: RpcRequest): RpcAnswer | undefined {
  if (headers.protocolVersion === undefined) return mismatch('MCP-Protocol-Version');
  if (headers.method?.trim() !== request.method) return mismatch('Mcp-Method');
  const member = NAMED_BY.get(request.method);
  const named = member === undefined ? undefined : request.params?.[member];
  if (typeof named !== 'string') return undefined;
  return decoded(headers.name?.trim()) === named ? undefined : mismatch('Mcp-Name');
}

function decoded(name: string | undefined): string | undefined {
  const encoded = name === undefined ? undefined : BASE64.exec(name)?.[1];
  return encoded === undefined ? name : Buffer.from(encoded, 'base64').toString('utf8');
}

function mismatch(header: string): RpcAnswer {
  return error(HEADER_MISMATCH, `the header ${header} is missing or differs from the body`, { status: 400 });
}
