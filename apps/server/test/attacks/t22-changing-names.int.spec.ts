import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { type ChangingNames, changingNames } from '../support/changing-names.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** The MCP server is at this one; the other is where a second answer of the name server would lead. */
const [REAL, TRAP, METADATA] = ['127.0.0.2', '127.0.0.1', '169.254.169.254'];

const hits: string[] = [];
/** The newest session, and that whose stream was asked for last: there is none. */
const session = { opened: 0, listened: 0 };
const servers: Server[] = [];
let names: ChangingNames;
let server: TestServer;
let client: RawClient;

/** An MCP server that says at which address it was reached. */
async function aRemote(address: string, port = 0): Promise<number> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    hits.push(address);
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'GET') session.listened = Number(request.headers['mcp-session-id']);
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const { id, method } = JSON.parse(body) as { id?: number; method: string };
    if (id === undefined) return void response.writeHead(202).end();
    const hello = {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'far', version: '1' },
    };
    const tools = [{ name: 'go', inputSchema: { type: 'object' } }];
    const result = method === 'initialize' ? hello : { tools, content: [{ type: 'text', text: address }] };
    const answered = method === 'server/discover' ? { error: { code: -32_601, message: 'no' } } : { result };
    if (method === 'initialize') {
      session.opened += 1;
      response.setHeader('mcp-session-id', session.opened);
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answered }));
  };
  const remote = createServer((request, response) => void answer(request, response));
  servers.push(remote);
  remote.listen(port, address);
  await once(remote, 'listening');
  return (remote.address() as AddressInfo).port;
}

beforeAll(async () => {
  // What calls an MCP server at an address is a program of its own.
  const { buildBundles } = await import(`${ROOT}tools/build/build-bundles.mjs`);
  await buildBundles({ only: ['secrets'] });
  const port = await aRemote(REAL);
  await aRemote(TRAP, port);
  names = changingNames();
  names.answer([REAL]);
  server = await aServer({
    configure: (configuration) => {
      const { services } = configuration;
      const model = services.mcpServers.get('everything')!;
      const far = { ...model, name: 'far', command: null, args: [], url: `http://far.test:${port}/mcp` };
      return { ...configuration, services: { ...services, mcpServers: new Map([['far', far]]) } };
    },
  });
  await server.discovered;
  const state = () => server.app.get(McpServers).find('far')?.status().state;
  await vi.waitUntil(() => state() === 'ready', { timeout: 60_000 });
  client = new RawClient(server, 'far', await server.token('maya@example.test', 'mcp/far'));
  await client.initialize();
  // From here on its process runs, and asks for the address with each message.
  expect(await call()).toContain(REAL);
  await vi.waitUntil(() => session.listened === session.opened, { timeout: 20_000 });
}, 120_000);
afterAll(async () => {
  await server?.end();
  names?.end();
  for (const one of servers) one.closeAllConnections();
  await Promise.all(servers.map((one) => new Promise((closed) => one.close(closed))));
});
beforeEach(() => {
  hits.length = 0;
});

const call = async () => JSON.stringify((await client.call('go')).message);

describe('T22: an MCP server at an address whose name is answered differently each time', () => {
  it('is called at the very address that was judged: one look-up a message, none between judging and connecting', async () => {
    names.answer([REAL], [TRAP]);
    expect(await call()).toContain(`"text":"${REAL}"`);
    expect([hits, names.lookups()]).toEqual([[REAL], 1]);
  });

  it('is not called when its name leads to a metadata service meanwhile, and is again when it does not', async () => {
    names.answer([METADATA], [REAL]);
    expect(await call()).toContain('link-local, reserved or of a metadata service');
    expect([hits, names.lookups()]).toEqual([[], 1]);
    expect(await call()).toContain(`"text":"${REAL}"`);
    expect(hits).toEqual([REAL]);
  });

  it('is not called when one of several addresses is refused', async () => {
    names.answer([REAL, METADATA]);
    expect(await call()).toContain('link-local, reserved or of a metadata service');
    expect(hits).toEqual([]);
  });
});
