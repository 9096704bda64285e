import { isJsonObject, type JsonObject } from '@gatehouse/kernel';

/** The progress token that a caller's parameters carry, if any. */
export function progressTokenOf(params: JsonObject | undefined): string | number | undefined {
  const meta = params?._meta;
  const token = isJsonObject(meta) ? meta.progressToken : undefined;
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}

/** The message for the child: the caller's parameters under our id, their progress token replaced by that id. */
export function requestMessage(id: number, method: string, params: JsonObject | undefined): JsonObject {
  if (params === undefined) return { jsonrpc: '2.0', id, method };
  if (progressTokenOf(params) === undefined) return { jsonrpc: '2.0', id, method, params };
  const meta = params._meta as JsonObject;
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...meta, progressToken: id } } };
}

/** A progress notification of the child as its caller expects it: under the caller's own token. */
export function withProgressToken(notification: JsonObject, token: string | number): JsonObject {
  const params = notification.params;
  return { ...notification, params: { ...(isJsonObject(params) ? params : {}), progressToken: token } };
}
