import { createServer, type RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { ExportSinkConfig } from '@gatehouse/config';
import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { listeners } from '../support/listeners.ts';
import { plainRequest } from '../support/plain-request.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const WRONG = 'http://169.254.169.254/latest/meta-data';

const hits: string[] = [];
const outside = listeners();
let server: TestServer;

/** An MCP server far away: speaks the protocol until a call says what it is to do instead. */
const remote: RequestListener = (request, response) => {
  hits.push(`remote ${request.url}`);
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    if (request.method !== 'POST') return response.writeHead(405).end();
    const { id, method, params } = JSON.parse(body);
    const way = params?.arguments?.way;
    if (way === 'redirect') return response.writeHead(307, { location: '/away' }).end();
    if (way === 'elsewhere') return response.writeHead(302, { location: WRONG }).end();
    if (way === 'silence') return undefined;
    if (way === 'flood') return flood(response);
    if (id === undefined) return response.writeHead(202).end();
    const result =
      method === 'initialize'
        ? {
            protocolVersion: '2025-11-25',
            capabilities: { tools: {} },
            serverInfo: { name: 'far', version: '1' },
          }
        : { tools: [{ name: 'go', inputSchema: { type: 'object' } }], content: [] };
    const known = ['initialize', 'tools/list', 'tools/call'].includes(method);
    const answer = known ? { result } : { error: { code: -32_601, message: 'no' } };
    return response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
  });
};

/** Never ends by itself. */
function flood(response: Parameters<RequestListener>[1]): void {
  response.setHeader('content-type', 'application/json');
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}

/** Writes down everything that comes. */
const trap: RequestListener = (request, response) => {
  hits.push(`plain ${request.url}`);
  if (request.url === '/moved') response.writeHead(302, { location: '/away' }).end();
  else if (request.url === '/flood') flood(response);
  else response.end('{}');
};

beforeAll(async () => {
  // What calls an MCP server at an address is a program of its own.
  const { buildBundles } = await import(`${ROOT}tools/build/build-bundles.mjs`);
  await buildBundles({ only: ['secrets'] });
  const trapped = `http://127.0.0.1:${await outside.listen(createServer(trap), '127.0.0.1')}`;
  const far = `http://127.0.0.1:${await outside.listen(createServer(remote), '127.0.0.1')}/mcp`;
  server = await aServer({
    configure: (configuration) => {
      const { services } = configuration;
      const model = { ...services.mcpServers.get('everything')!, command: null, args: [] };
      const limits = { ...model.limits, timeoutMs: 2_000, outputBytes: 100_000 };
      const mcpServers = new Map([
        ['far', { ...model, name: 'far', url: far, limits }],
        ['metadata', { ...model, name: 'metadata', url: WRONG }],
        ['moved', { ...model, name: 'moved', url: `${trapped}/moved` }],
      ]);
      const sinks = [
        aSink('metadata', WRONG),
        aSink('moved', `${trapped}/moved`),
        aSink('flooding', `${trapped}/flood`),
      ];
      const exportSinks = new Map(sinks.map((sink) => [sink.name, sink]));
      return { ...configuration, services: { ...services, mcpServers, exportSinks } };
    },
  });
  await server.discovered;
});
afterAll(async () => {
  await server.end();
  await outside.end();
});
beforeEach(() => {
  hits.length = 0;
});

function aSink(name: string, url: string): ExportSinkConfig {
  return {
    name,
    kind: 'sumo',
    enabled: true,
    format: 'ndjson',
    content: false,
    path: null,
    url,
    credentialFile: null,
    index: null,
    source: 'gatehouse',
    batchRows: 500,
    batchBytes: 900_000,
    timeoutMs: 2_000,
    writtenAt: { file: 'services/export/sinks.yaml', line: 1 },
  };
}

describe('T22: an MCP server at an address', () => {
  async function call(way: string): Promise<string> {
    const client = new RawClient(server, 'far', await server.token('maya@example.test', 'mcp/far'));
    await client.initialize();
    return JSON.stringify((await client.call('go', { way })).message);
  }

  it.each([
    ['metadata', 'link-local, reserved or of a metadata service'],
    ['moved', 'answers with a redirect, which is not followed'],
  ])('that is configured as %s is asked nothing, and the status says why', async (name, problem) => {
    const status = () => server.app.get(McpServers).find(name)!.status();
    // It is tried again and again: between two tries it has failed.
    await expect
      .poll(status, { timeout: 15_000 })
      .toMatchObject({ state: 'failed', problem: expect.stringContaining(problem) });
    expect(hits.filter((hit) => hit.includes('/away'))).toEqual([]);
    const client = new RawClient(server, name, await server.token('maya@example.test', `mcp/${name}`));
    expect((await client.initialize()).status).toBe(503);
  });

  it.each(['redirect', 'elsewhere'])('that answers a call with a redirect leads nowhere: %s', async (way) => {
    expect(await call(way)).toContain('answers with a redirect, which is not followed');
    expect(hits.filter((hit) => hit.startsWith('remote ') && hit !== 'remote /mcp')).toEqual([]);
  });

  it('that does not stop answering is cut off at its limit, and one that says nothing at its time', async () => {
    expect(await call('flood')).toMatch(/larger|too large/);
    // Whichever of the two looks first: the server, or the warden that waits for the address.
    expect(await call('silence')).toMatch(/did not answer within 2 s|no answer in time/);
    expect(await call('')).toContain('"content":[]');
  });
});

describe('T22: where audit rows are sent', () => {
  it('takes no redirect, reaches no metadata service, and gives up a flood: each sink says so and holds up nobody', async () => {
    const ready = async () => JSON.parse((await plainRequest(server.port, { path: '/readyz' })).text);
    const failing = (sink: string, problem: RegExp) =>
      expect.objectContaining({ sink, state: 'failing', problem: expect.stringMatching(problem) });
    await expect
      .poll(async () => (await ready()).export, { timeout: 25_000 })
      .toEqual([failing('metadata', /./), failing('moved', /./), failing('flooding', /./)]);
    expect((await ready()).status).toBe('ready');
    expect(hits.filter((hit) => hit.includes('/away'))).toEqual([]);
  });
});
