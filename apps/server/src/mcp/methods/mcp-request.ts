import type { CredentialProblem } from '@gatehouse/identity';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import type { ClientAnswer, McpEra, RegisteredServer, ServerDefinition } from '@gatehouse/mcp-spawner';
import type { ClientInfo, McpCaller } from '../mcp-caller.ts';
import type { Refusal } from '../refusals/refusal.ts';
import type { McpSession } from '../sessions/mcp-session.ts';
import type { ResourceWatcher } from '../subscriptions/resource-watches.service.ts';
import type { RpcAnswer, RpcRequest } from '../wire/json-rpc.ts';

/** One request of one authenticated caller to one server, in whichever era. */
export interface McpRequest {
  readonly server: RegisteredServer;
  readonly caller: McpCaller;
  /** How the client speaks. */
  readonly era: McpEra;
  readonly protocolVersion: string;
  /** What is kept of the server; its era is the one in which the child is spoken to. */
  readonly definition: ServerDefinition;
  /** Null in the modern era. */
  readonly session: McpSession | null;
  readonly clientInfo: ClientInfo;
  /** As the client declared them, in its handshake or with the request. */
  readonly clientCapabilities: JsonValue | undefined;
  readonly rpc: RpcRequest;
  /** Fires when the caller cancels, or goes away where that means the same. */
  readonly signal: AbortSignal;
  /** Sends the caller a notification of the child, ahead of the answer; redacted, and only where the caller wants it. */
  readonly relay: (notification: JsonObject) => void;
  /** The answer that refuses it, with the row of that. */
  readonly refuse: (refusal: Refusal) => Promise<RpcAnswer>;
  /** The answer to a caller whose credential is not good any more. */
  readonly unauthorized: (problem: CredentialProblem) => RpcAnswer;
  /** Where the request is one to watch resources. */
  readonly watcher?: Watching;
  /** Puts a question to the client while the request is open. Undefined where questions travel in results. */
  readonly ask?: (
    method: string,
    params: JsonObject | undefined,
    signal: AbortSignal,
  ) => Promise<ClientAnswer>;
}

/** Resources that a request wants watched, who is told of them, and what remembers how to end that. */
export interface Watching {
  readonly uris: readonly string[];
  readonly watcher: ResourceWatcher;
  /** False when no more can be remembered. */
  readonly keep: (uri: string, stop: () => void) => boolean;
}

/** Callers that a child may not mix up, as one text. */
export function callerKey({ caller: { principal }, session, clientInfo }: McpRequest): string {
  const { userId, clientId, agentId } = principal;
  return [userId, clientId, agentId, session?.id ?? `${clientInfo.name} ${clientInfo.version}`].join('\n');
}
