import type { JsonObject } from '@gatehouse/kernel';
import { error, type RpcAnswer, result, SERVER_ERROR } from '../wire/json-rpc.ts';

/**
 * The answer to a call that did not happen or whose outcome is not known: for a tool a result that its model can
 * read, for other methods a JSON-RPC error, since their results have no place for it.
 */
export function refusedCall(
  method: string,
  text: string,
  options: { readonly retryAfterMs?: number | null; readonly finish: (result: JsonObject) => JsonObject },
): RpcAnswer {
  const retry = options.retryAfterMs ? { retryAfterMs: Math.ceil(options.retryAfterMs) } : undefined;
  if (method !== 'tools/call') return error(SERVER_ERROR, text, retry === undefined ? {} : { data: retry });
  return result(
    options.finish({
      content: [{ type: 'text', text }],
      isError: true,
      ...(retry === undefined ? {} : { _meta: retry }),
    }),
  );
}
