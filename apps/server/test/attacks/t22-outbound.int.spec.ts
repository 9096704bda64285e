import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer as createPlain, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { ExportSinkConfig } from '@gatehouse/config';
import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../fixtures/localhost-certificate.ts';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { REDIRECT } from '../oauth/an-issuer.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';

/** What the name server says of `localhost` to the one outbound client: each look-up takes the next answer, the last one for good. */
const names = vi.hoisted(() => ({ answers: [] as LookupAddress[][], lookups: 0 }));
vi.mock('node:dns', async (importOriginal) => {
  const dns = await importOriginal<typeof import('node:dns')>();
  const lookup = ((host: string, options: object, done: (...given: unknown[]) => void) => {
    const answer =
      host === 'localhost' ? names.answers[Math.min(names.lookups, names.answers.length - 1)] : undefined;
    if (answer === undefined) return dns.lookup(host, options as never, done as never);
    names.lookups += 1;
    return done(null, answer);
  }) as typeof dns.lookup;
  return { ...dns, lookup };
});

const address = (last: number): LookupAddress => ({ address: `127.0.0.${last}`, family: 4 });
/** The operator lists this one; every other address of the machine is refused to strangers. */
const LISTED = '127.0.0.2';
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const WRONG = 'http://169.254.169.254/latest/meta-data';

const hits: string[] = [];
const servers: Server[] = [];
const trusted = tls.getCACertificates('default');
let server: TestServer;
/** A plain and a TLS port on which everything that comes is written down; the latter on two addresses. */
let trap: string;
let tlsPort: number;

async function listening(one: Server, host: string, port = 0): Promise<number> {
  servers.push(one);
  one.listen(port, host);
  await once(one, 'listening');
  return (one.address() as AddressInfo).port;
}

function tlsServer(name: string): Server {
  const options = { cert: LOCALHOST_CERTIFICATE, key: LOCALHOST_KEY };
  return createSecure(options, (request, response) => {
    hits.push(`${name} ${request.url}`);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(documentAt(`${request.url}`)));
  }) as Server;
}

const documentAt = (path: string) => ({
  client_id: `https://localhost:${tlsPort}${path}`,
  client_name: 'A program with a page',
  application_type: 'web',
  grant_types: ['authorization_code'],
  redirect_uris: [`https://localhost:${tlsPort}/callback`],
  token_endpoint_auth_method: 'none',
});

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

beforeAll(async () => {
  // What calls an MCP server at an address is a program of its own.
  const { buildBundles } = await import(`${ROOT}tools/build/build-bundles.mjs`);
  await buildBundles({ only: ['secrets'] });
  tls.setDefaultCACertificates([...trusted, LOCALHOST_CERTIFICATE]);
  tlsPort = await listening(tlsServer('listed'), LISTED);
  await listening(tlsServer('trap'), '127.0.0.1', tlsPort);
  trap = `http://127.0.0.1:${await listening(
    createPlain((request, response) => {
      hits.push(`plain ${request.url}`);
      if (request.url === '/moved') response.writeHead(302, { location: '/away' }).end();
      else if (request.url === '/flood') flood(response);
      else response.end('{}');
    }),
    '127.0.0.1',
  )}`;
  const far = `http://127.0.0.1:${await listening(createPlain(remote), '127.0.0.1')}/mcp`;
  server = await aServer({
    configure: (configuration) => {
      const { services, profile } = configuration;
      const model = { ...services.mcpServers.get('everything')!, command: null, args: [] };
      const limits = { ...model.limits, timeoutMs: 2_000, outputBytes: 100_000 };
      const mcpServers = new Map([
        ...services.mcpServers,
        ['far', { ...model, name: 'far', url: far, limits }],
        ['metadata', { ...model, name: 'metadata', url: WRONG }],
        ['moved', { ...model, name: 'moved', url: `${trap}/moved` }],
      ]);
      const sinks = [
        aSink('metadata', WRONG),
        aSink('moved', `${trap}/moved`),
        aSink('flooding', `${trap}/flood`),
      ];
      const exportSinks = new Map(sinks.map((sink) => [sink.name, sink]));
      return {
        ...configuration,
        profile: { ...profile, outboundAllow: [`${LISTED}/32`] },
        services: { ...services, mcpServers, exportSinks },
      };
    },
  });
  await server.discovered;
});
afterAll(async () => {
  await server.end();
  for (const one of servers) one.closeAllConnections();
  await Promise.all(servers.map((one) => new Promise((closed) => one.close(closed))));
  tls.setDefaultCACertificates(trusted);
});
beforeEach(() => {
  hits.length = 0;
  names.answers = [];
  names.lookups = 0;
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

/** But for what the configured servers and sinks ask for again whenever their pauses are over. */
const fetched = () => hits.filter((hit) => !['plain /moved', 'plain /flood'].includes(hit));

describe('T22: a page that describes a client', () => {
  /** How the authorization endpoint answers a client of that name. */
  async function authorize(
    clientId: string,
    redirectUri = `https://localhost:${tlsPort}/callback`,
  ): Promise<string> {
    const url = new URL(`http://127.0.0.1:${server.port}/oauth/authorize`);
    url.search = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'mcp:everything',
      resource: `${server.url}/mcp/everything`,
      state: 'state',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    }).toString();
    const response = await fetch(url, { redirect: 'manual' });
    await response.text();
    return response.status === 400 ? 'refused' : 'asks';
  }

  it.each([
    ['this machine', () => `https://127.0.0.1:${tlsPort}/client.json`],
    ['this machine in IPv6', () => `https://[::1]:${tlsPort}/client.json`],
    ['IPv4 in IPv6', () => `https://[::ffff:127.0.0.1]:${tlsPort}/client.json`],
    ['one number', () => `https://2130706433:${tlsPort}/client.json`],
    ['hexadecimal', () => `https://0x7f.1:${tlsPort}/client.json`],
    ['a private network', () => 'https://10.0.0.1/client.json'],
    ['a metadata service', () => 'https://169.254.169.254/client.json'],
    ['plain http', () => `${trap}/client.json`],
    ['a name and password', () => `https://user:pass@localhost:${tlsPort}/client.json`],
  ])('is fetched from no address of %s', async (_where, clientId) => {
    names.answers = [[address(1)]];
    expect(await authorize(clientId())).toBe('refused');
    expect(fetched()).toEqual([]);
  });

  it('is fetched from the very address that was judged, and its name is looked up once for that', async () => {
    names.answers = [[address(2)], [address(1)]];
    expect(await authorize(`https://localhost:${tlsPort}/first.json`)).toBe('asks');
    expect([fetched(), names.lookups]).toEqual([['listed /first.json'], 1]);
    // From now on the name leads to this machine: the next page is not fetched there.
    expect(await authorize(`https://localhost:${tlsPort}/second.json`)).toBe('refused');
    expect(fetched()).toEqual(['listed /first.json']);
  });

  it('is not fetched when one of several addresses of its name is refused', async () => {
    names.answers = [[address(2), address(1)]];
    expect(await authorize(`https://localhost:${tlsPort}/third.json`)).toBe('refused');
    expect(fetched()).toEqual([]);
  });

  it('is the only thing of a client that is fetched: a program that registers itself names no more addresses', async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: [REDIRECT],
        token_endpoint_auth_method: 'none',
        jwks_uri: `${trap}/jwks`,
        sector_identifier_uri: `https://localhost:${tlsPort}/sector`,
        logo_uri: `${trap}/logo`,
        backchannel_logout_uri: `${trap}/logout`,
        request_uris: [`${trap}/request`],
      }),
    });
    const { client_id: clientId } = (await response.json()) as { client_id?: string };
    if (clientId !== undefined) await authorize(clientId, REDIRECT);
    expect(fetched()).toEqual([]);
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
