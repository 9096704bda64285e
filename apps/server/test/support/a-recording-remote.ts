import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface RecordingRemote {
  readonly url: string;
  /** Every request that came, as it came. */
  readonly seen: readonly { readonly headers: readonly string[]; readonly body: string }[];
  close(): void;
}

const ANSWERS: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'recording-remote', version: '1.0.0' },
  },
  'tools/list': { tools: [{ name: 'everything_given', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'taken' }] },
  ping: {},
};

/** A remote MCP server (Streamable HTTP, one JSON answer for each request) that keeps all that it is sent. */
export async function aRecordingRemote(): Promise<RecordingRemote> {
  const seen: { headers: string[]; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ headers: request.rawHeaders, body });
      if (request.method !== 'POST') return response.writeHead(405).end();
      const { id, method } = JSON.parse(body) as { id?: unknown; method: string };
      if (id === undefined) return response.writeHead(202).end();
      const result = ANSWERS[method];
      const answer = result === undefined ? { error: { code: -32601, message: 'no' } } : { result };
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
