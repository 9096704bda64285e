import type { CommittedRow } from '@gatehouse/audit';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import { withReceipts } from './answer-receipts.ts';

/** JSON-RPC 2.0 error codes, and those that MCP adds (revision 2026-07-28, "Errors"). */
export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const METHOD_NOT_FOUND = -32_601;
export const INVALID_PARAMS = -32_602;
export const INTERNAL_ERROR = -32_603;
export const SERVER_ERROR = -32_000;
export const HEADER_MISMATCH = -32_020;
export const UNSUPPORTED_PROTOCOL_VERSION = -32_022;

export type RequestId = string | number;

/** One request of a client, classified. */
export interface RpcRequest {
  readonly id: RequestId;
  readonly method: string;
  readonly params: JsonObject | undefined;
}

/** The answer to one request, without its id; `status` and `headers` hold for the HTTP response it travels in alone. */
export interface RpcAnswer {
  readonly body: { readonly result: JsonValue } | { readonly error: JsonObject };
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The rows that were written for it. */
  readonly rows?: readonly CommittedRow[];
}

export function result(value: JsonValue): RpcAnswer {
  return { body: { result: value } };
}

export function error(
  code: number,
  message: string,
  more: { readonly data?: JsonObject; readonly status?: number } = {},
): RpcAnswer {
  const { data, status } = more;
  const body = { error: { code, message, ...(data === undefined ? {} : { data }) } };
  return status === undefined ? { body } : { body, status };
}

export function response(id: RequestId | null, answer: RpcAnswer): JsonObject {
  return { jsonrpc: '2.0', id, ...withReceipts(answer.body, answer.rows ?? []) };
}

/** The id of whatever was posted, if it has a usable one: an error answer repeats it. */
export function idOf(message: JsonValue | undefined): RequestId | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return null;
  const id = (message as JsonObject).id;
  return typeof id === 'string' || (typeof id === 'number' && Number.isInteger(id)) ? id : null;
}
