import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import { SECRET_FORMS } from './secret-forms.ts';

export interface TellingRemote {
  readonly url: string;
  close(): void;
}

/** An MCP server at an address whose one tool says the form that it is asked for by its number. */
export async function aTellingRemote(): Promise<TellingRemote> {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') response.writeHead(405).end();
    else
      void json(request).then((message) => {
        const { id, method, params } = message as JsonObject;
        if (id === undefined) return response.writeHead(202).end();
        response.writeHead(200, { 'content-type': 'application/json' });
        const answer = remoteAnswer(method, (params ?? {}) as JsonObject);
        return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function remoteAnswer(method: JsonValue | undefined, params: JsonObject): JsonObject {
  switch (method) {
    case 'initialize': {
      const serverInfo = { name: 'remote', version: '1' };
      return { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } };
    }
    case 'tools/list':
      return { result: { tools: [{ name: 'tell', inputSchema: { type: 'object' } }] } };
    case 'tools/call': {
      const { told } = params.arguments as JsonObject;
      return { result: { content: [], structuredContent: { said: SECRET_FORMS[Number(told)]!.value } } };
    }
    default:
      return { error: { code: -32601, message: 'unknown method' } };
  }
}
