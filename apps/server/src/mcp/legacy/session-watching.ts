import type { RegisteredServer, ServerDefinition } from '@gatehouse/mcp-spawner';
import type { Watching } from '../methods/mcp-request.ts';
import { offeredCapabilities } from '../methods/offered-capabilities.ts';
import type { McpSession } from '../sessions/mcp-session.ts';
import type { RpcRequest } from '../wire/json-rpc.ts';

/**
 * How a session is told of a resource that it subscribes to: on its stream, while it reads one. Undefined for other
 * requests, for one without an address, and where the server has no subscriptions.
 */
export function watchingOf(
  { method, params }: RpcRequest,
  session: McpSession,
  server: RegisteredServer,
  definition: ServerDefinition,
): Watching | undefined {
  if (method !== 'resources/subscribe' || typeof params?.uri !== 'string') return undefined;
  const { resources } = offeredCapabilities(definition.capabilities, server) as {
    readonly resources?: { readonly subscribe?: boolean };
  };
  if (resources?.subscribe !== true) return undefined;
  return {
    uris: [params.uri],
    watcher: {
      updated: (uri) =>
        session.streams.standing?.notify({
          jsonrpc: '2.0',
          method: 'notifications/resources/updated',
          params: { uri },
        }),
      lost: () => {},
    },
    keep: (uri, stop) => session.watch(uri, stop),
  };
}
