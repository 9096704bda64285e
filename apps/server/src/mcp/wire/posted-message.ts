import { isJsonObject, type JsonObject, type JsonValue } from '@gatehouse/kernel';
import { MODERN_VERSION } from '@gatehouse/mcp-spawner';
import { classifyInboundRequest } from '@modelcontextprotocol/server';
import {
  error,
  INVALID_REQUEST,
  type RpcAnswer,
  type RpcRequest,
  UNSUPPORTED_PROTOCOL_VERSION,
} from './json-rpc.ts';
import { checkModernHeaders } from './modern-headers.ts';
import { plainRequest } from './plain-request.ts';

/** The MCP headers of a request, as sent. */
export interface McpHeaders {
  readonly protocolVersion: string | undefined;
  readonly method: string | undefined;
  readonly name: string | undefined;
}

/** What one POST carries. */
export type PostedMessage = ValidMessage | RefusedMessage;

/** No valid message of either era. */
export interface RefusedMessage {
  readonly kind: 'refused';
  readonly answer: RpcAnswer;
  /** Well-formed, in a revision that the server does not speak; clients ask so to find out. */
  readonly negotiation?: RpcRequest;
}

export type ValidMessage =
  | { readonly kind: 'modern_request'; readonly request: RpcRequest }
  | { readonly kind: 'initialize'; readonly request: RpcRequest }
  | { readonly kind: 'request'; readonly request: RpcRequest }
  | {
      readonly kind: 'notification';
      readonly method: string;
      readonly params: JsonObject | undefined;
      readonly modern: boolean;
    }
  | { readonly kind: 'response'; readonly message: JsonObject }
  | { readonly kind: 'batch'; readonly messages: readonly JsonValue[] };

const REASONS: Readonly<Record<string, string>> = {
  'jsonrpc-shape': 'the body is no valid JSON-RPC message',
  'era-classification': 'the request headers and the body disagree',
  envelope: 'the request metadata does not fit the protocol revision',
};

/** Reads a parsed body as what it is. Answers repeat nothing of the body but its id. */
export function readPosted(
  body: JsonValue,
  headers: McpHeaders,
  supported: readonly string[],
): PostedMessage {
  const plain = plainRequest(body, headers.protocolVersion);
  return plain === undefined ? readClassified(body, headers, supported) : { kind: 'request', request: plain };
}

/** The same by the SDK's own rules, whatever it is. */
export function readClassified(
  body: JsonValue,
  headers: McpHeaders,
  supported: readonly string[],
): PostedMessage {
  const outcome = classifyInboundRequest({
    httpMethod: 'POST',
    ...(headers.protocolVersion === undefined ? {} : { protocolVersionHeader: headers.protocolVersion }),
    ...(headers.method === undefined ? {} : { mcpMethodHeader: headers.method }),
    ...(headers.name === undefined ? {} : { mcpNameHeader: headers.name }),
    body,
  });
  if (outcome.kind === 'reject') {
    const reason = REASONS[outcome.rung] ?? 'the request is not valid';
    return { kind: 'refused', answer: error(outcome.code, reason, { status: outcome.httpStatus }) };
  }
  if (outcome.kind === 'legacy' && outcome.reason === 'batch')
    return { kind: 'batch', messages: body as JsonValue[] };
  if (outcome.kind === 'legacy' && outcome.reason === 'response') {
    return { kind: 'response', message: body as JsonObject };
  }
  const message = body as JsonObject;
  const params = isJsonObject(message.params) ? message.params : undefined;
  const method = message.method as string;
  if (message.id === undefined)
    return { kind: 'notification', method, params, modern: outcome.kind === 'modern' };
  const request: RpcRequest = { id: message.id as RpcRequest['id'], method, params };
  if (outcome.kind === 'legacy') {
    return { kind: outcome.reason === 'initialize' ? 'initialize' : 'request', request };
  }
  if (outcome.classification.revision !== MODERN_VERSION || !supported.includes(MODERN_VERSION)) {
    const { revision } = outcome.classification;
    return { kind: 'refused', answer: unsupportedVersion(supported, revision), negotiation: request };
  }
  const mismatch = checkModernHeaders(headers, request);
  return mismatch === undefined ? { kind: 'modern_request', request } : { kind: 'refused', answer: mismatch };
}

/** The one message of a batch's elements, or undefined for one that no batch may hold. */
export function readBatched(element: JsonValue): RpcRequest | 'no_answer' | undefined {
  if (!isJsonObject(element)) return undefined;
  if (typeof element.method !== 'string' || element.id === undefined) return 'no_answer';
  if (element.method === 'initialize') return undefined;
  const params = isJsonObject(element.params) ? element.params : undefined;
  return { id: element.id as RpcRequest['id'], method: element.method, params };
}

/** What revisions this endpoint serves, for clients that then choose one. */
export function unsupportedVersion(supported: readonly string[], requested = ''): RpcAnswer {
  const isRevision = /^v?[0-9][0-9.-]{0,15}$/.test(requested);
  return error(UNSUPPORTED_PROTOCOL_VERSION, 'this MCP server does not speak that protocol revision', {
    data: { supported: [...supported], ...(isRevision ? { requested } : {}) },
    status: 400,
  });
}

export function invalidRequest(reason: string, status = 400): RpcAnswer {
  return error(INVALID_REQUEST, reason, { status });
}
