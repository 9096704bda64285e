import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { JsonObject } from '@gatehouse/kernel';

const TOOL = { name: 'act', inputSchema: { type: 'object', properties: { call: { type: 'string' } } } };
const UNDER_WAY_MS = 200;

/** An MCP server whose tool has effects that nobody but it knows of: outside of everything that is killed. */
export interface EffectsServer {
  readonly url: string;
  /** The argument `call` of every call that reached it. */
  readonly executed: readonly string[];
  /** Resolves when so many more calls have reached it; every other one is under way for a while then. */
  more(count: number): Promise<void>;
  stop(): void;
}

export async function anEffectsServer(): Promise<EffectsServer> {
  const executed: string[] = [];
  let wanted: { readonly count: number; readonly tell: () => void } | null = null;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const { id, method, params } = (await json(request)) as JsonObject & { params?: JsonObject };
    if (id === undefined) return response.writeHead(202).end();
    const answer = (body: JsonObject) => {
      response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'one' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
    };
    const serverInfo = { name: 'effects', version: '1' };
    if (method === 'initialize')
      return answer({ result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } });
    if (method === 'tools/list') return answer({ result: { tools: [TOOL] } });
    if (method !== 'tools/call') return answer({ error: { code: -32_601, message: 'no such method' } });
    const { call } = (params?.arguments ?? {}) as { call?: string };
    executed.push(call ?? '');
    if (wanted !== null && executed.length >= wanted.count) wanted.tell();
    const done = () => answer({ result: { content: [{ type: 'text', text: 'done' }] } });
    return executed.length % 2 === 0 ? done() : setTimeout(done, UNDER_WAY_MS);
  }

  const server = createServer(
    (request, response) => void serve(request, response).catch(() => response.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    executed,
    more: (count) =>
      new Promise<void>((tell) => {
        wanted = { count: executed.length + count, tell };
      }),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
