import { isJsonObject, type JsonObject } from '@gatehouse/kernel';
import { REPEATED_MEMBER } from '@gatehouse/secrets';
import type { UpstreamRequest } from './upstream-call.ts';

/** The progress token that a caller's parameters carry, if any. */
export function progressTokenOf(params: JsonObject | undefined): string | number | undefined {
  const meta = params?._meta;
  const token = isJsonObject(meta) ? meta.progressToken : undefined;
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}

/**
 * The message for the child: the caller's parameters under our id, their progress token replaced by that id. What is to
 * be repeated in headers is told beside them.
 */
export function requestMessage(
  id: number,
  { method, params, repeated }: Pick<UpstreamRequest, 'method' | 'params' | 'repeated'>,
): JsonObject {
  const beside = repeated === undefined ? {} : { [REPEATED_MEMBER]: repeated };
  if (params === undefined) return { jsonrpc: '2.0', id, method, ...beside };
  if (progressTokenOf(params) === undefined) return { jsonrpc: '2.0', id, method, params, ...beside };
  const meta = params._meta as JsonObject;
  const own = { ...params, _meta: { ...meta, progressToken: id } };
  return { jsonrpc: '2.0', id, method, params: own, ...beside };
}

/** A progress notification of the child as its caller expects it: under the caller's own token. */
export function withProgressToken(notification: JsonObject, token: string | number): JsonObject {
  const params = notification.params;
  return { ...notification, params: { ...(isJsonObject(params) ? params : {}), progressToken: token } };
}
