import type { LookupAddress } from 'node:dns';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import tls from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../fixtures/localhost-certificate.ts';
import { REDIRECT } from '../oauth/an-issuer.ts';
import { withPagesFrom } from '../oauth/pages-of-clients.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { listeners } from '../support/listeners.ts';
import { uncalledMcpServers } from '../support/uncalled-mcp-servers.ts';

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

const hits: string[] = [];
const fetched = () => [...hits];
const outside = listeners();
const trusted = tls.getCACertificates('default');
let server: TestServer;
/** A plain and a TLS port on which everything that comes is written down; the latter on two addresses. */
let trap: string;
let tlsPort: number;

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

beforeAll(async () => {
  tls.setDefaultCACertificates([...trusted, LOCALHOST_CERTIFICATE]);
  tlsPort = await outside.listen(tlsServer('listed'), LISTED);
  await outside.listen(tlsServer('trap'), '127.0.0.1', tlsPort);
  const plain = createPlain((request, response) => {
    hits.push(`plain ${request.url}`);
    response.end('{}');
  });
  trap = `http://127.0.0.1:${await outside.listen(plain, '127.0.0.1')}`;
  server = await aServer({
    configure: (configuration) => {
      const { services, ...rest } = withPagesFrom(configuration, ['*'], [`${LISTED}/32`]);
      return { ...rest, services: { ...services, mcpServers: uncalledMcpServers(configuration) } };
    },
  });
});
afterAll(async () => {
  await server.end();
  await outside.end();
  tls.setDefaultCACertificates(trusted);
});
beforeEach(() => {
  hits.length = 0;
  names.answers = [];
  names.lookups = 0;
});

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
