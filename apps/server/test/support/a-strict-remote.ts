import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createMcpHandler, fromJsonSchema, McpServer } from '@modelcontextprotocol/server';

export interface StrictRemote {
  readonly url: string;
  /** The body and the `Mcp-Param-…` headers of each call that came, refused or not. */
  readonly calls: { readonly body: string; readonly repeated: Readonly<Record<string, string>> }[];
  close(): void;
}

const repeated = (type: 'string' | 'integer' | 'boolean', header: string) => ({
  type,
  'x-mcp-header': header,
});

/**
 * A remote MCP server of the SDK, of revision 2026-07-28 alone: it refuses a call whose headers do not repeat the
 * arguments that its tool wants there (SEP-2243). The tool says back what it was given.
 */
export async function aStrictRemote(): Promise<StrictRemote> {
  const calls: StrictRemote['calls'] = [];
  const handler = createMcpHandler(
    () => {
      const mcp = new McpServer({ name: 'strict-remote', version: '1.0.0' }, { capabilities: { tools: {} } });
      const inputSchema = fromJsonSchema<Record<string, unknown>>({
        type: 'object',
        properties: {
          region: repeated('string', 'Region'),
          shard: repeated('integer', 'Shard'),
          dry: repeated('boolean', 'Dry'),
          tenant: { type: 'object', properties: { id: repeated('string', 'Tenant-Id') } },
          query: { type: 'string' },
        },
      });
      mcp.registerTool('route', { inputSchema }, (args) => ({
        content: [{ type: 'text', text: JSON.stringify(args) }],
      }));
      return mcp;
    },
    { legacy: 'reject' },
  );
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const headers = Object.entries(request.headers).filter(
      (one): one is [string, string] => typeof one[1] === 'string',
    );
    if (body.includes('"tools/call"')) {
      const own = headers.filter(([name]) => name.startsWith('mcp-param-'));
      calls.push({ body, repeated: Object.fromEntries(own) });
    }
    const url = `http://${request.headers.host}${request.url}`;
    const given = { method: `${request.method}`, headers, ...(body === '' ? {} : { body }) };
    const answered = await handler.fetch(new Request(url, given));
    response.writeHead(answered.status, Object.fromEntries(answered.headers));
    for await (const chunk of answered.body ?? []) response.write(chunk);
    response.end();
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
