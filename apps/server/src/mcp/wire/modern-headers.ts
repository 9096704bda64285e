import { headerText } from './header-text.ts';
import { error, HEADER_MISMATCH, type RpcAnswer, type RpcRequest } from './json-rpc.ts';
import type { McpHeaders } from './posted-message.ts';

/** Which member of the parameters `Mcp-Name` repeats (SEP-2243, "Standard request headers"). */
const NAMED_BY: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

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
  const given = headers.name?.trim();
  return given !== undefined && headerText(given) === named ? undefined : mismatch('Mcp-Name');
}

/** The refusal of a header that is missing or says something else than the body. */
export function mismatch(header: string): RpcAnswer {
  return error(HEADER_MISMATCH, `the header ${header} is missing or differs from the body`, { status: 400 });
}
