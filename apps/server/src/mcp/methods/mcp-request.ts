import type { JsonObject } from '@gatehouse/kernel';
import type { McpEra, RegisteredServer } from '@gatehouse/mcp-spawner';
import type { ClientInfo, McpCaller } from '../mcp-caller.ts';
import type { McpSession } from '../sessions/mcp-session.ts';
import type { RpcRequest } from '../wire/json-rpc.ts';

/** One request of one authenticated caller to one server, in whichever era. */
export interface McpRequest {
  readonly server: RegisteredServer;
  readonly caller: McpCaller;
  readonly era: McpEra;
  readonly protocolVersion: string;
  /** Null in the modern era. */
  readonly session: McpSession | null;
  readonly clientInfo: ClientInfo;
  readonly rpc: RpcRequest;
  /** Fires when the caller cancels, or goes away where that means the same. */
  readonly signal: AbortSignal;
  /** Sends the caller a notification of the child, ahead of the answer. */
  readonly notify: (notification: JsonObject) => void;
}
