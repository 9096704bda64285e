import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from '../fixtures/localhost-certificate.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';
import { TestBrowser } from './a-browser.ts';
import { aKnownClient, aRequest } from './an-issuer.ts';
import { withPagesFrom } from './pages-of-clients.ts';

let server: TestServer;
let browser: TestBrowser;
let pages: Server;
let origin: string;
const trusted = tls.getCACertificates('default');
const asked: string[] = [];

beforeAll(async () => {
  tls.setDefaultCACertificates([...trusted, LOCALHOST_CERTIFICATE]);
  pages = createServer({ cert: LOCALHOST_CERTIFICATE, key: LOCALHOST_KEY }, answer);
  await new Promise<void>((listening) => pages.listen(0, '127.0.0.1', listening));
  origin = `https://localhost:${(pages.address() as AddressInfo).port}`;
  server = await aServer({
    configure: (configuration) => withPagesFrom(configuration, ['*'], ['localhost']),
  });
  browser = new TestBrowser(server);
  await browser.login('maya@example.test');
});
afterAll(async () => {
  await server.end();
  pages.closeAllConnections();
  await new Promise((closed) => pages.close(closed));
  tls.setDefaultCACertificates(trusted);
});

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  asked.push(url);
  const good = {
    client_id: `${origin}${url}`,
    client_name: 'A program with a page',
    application_type: 'web',
    redirect_uris: [`${origin}/callback`],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  };
  const document: Readonly<Record<string, object>> = {
    '/good.json': good,
    '/another.json': { ...good, client_id: `${origin}/good.json` },
    '/large.json': { ...good, note: 'x'.repeat(17 * 1024) },
    '/plain.json': { ...good, redirect_uris: ['http://elsewhere.example/callback'] },
    '/secret.json': {
      ...good,
      client_secret: 'x'.repeat(32),
      token_endpoint_auth_method: 'client_secret_post',
    },
    '/many.json': { ...good, redirect_uris: Array.from({ length: 21 }, (_, at) => `${origin}/${at}`) },
  };
  const found = document[url];
  if (found !== undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify(found));
  else if (url === '/moved.json')
    response.writeHead(302, { location: 'https://127.0.0.1:1/client.json' }).end();
  else response.writeHead(404).end();
}

const parameters = (scope: string) => ({
  scope,
  resource: `${server.url}/mcp/everything`,
  redirect_uri: `${origin}/callback`,
});

describe('a client that is known by a page of its own', () => {
  it('completes the flow without registering, and need not be asked twice for the same', async () => {
    const config = await aKnownClient(server, `${origin}/good.json`);
    const first = await aRequest(config, parameters('mcp:everything:list'));
    const { page } = await browser.follow(first.url);
    expect(page.text).toContain(`A program described at <strong>${new URL(origin).host}</strong>`);
    expect(page.text).toContain('“A program with a page”');
    const { location } = await browser.answer(page, { answer: 'allow', remember: 'yes' });
    const tokens = await client.authorizationCodeGrant(config, location!, {
      pkceCodeVerifier: first.verifier,
      expectedState: first.state,
    });
    expect(tokens.scope).toBe('mcp:everything:list');
    const { rows } = await server.sql.query(
      "select client_id from audit_log where event = 'token.issued' order by id desc limit 1",
    );
    expect(rows[0].client_id).toMatch(/^url:localhost:\d+:[0-9a-f]{16}$/);

    const same = await browser.follow((await aRequest(config, parameters('mcp:everything:list'))).url);
    expect(same.location?.searchParams.get('code')).toBeTruthy();
    const more = await browser.follow((await aRequest(config, parameters('mcp:everything'))).url);
    expect(more.location).toBeNull();
    const other = new TestBrowser(server);
    await other.login('jon@example.test');
    const jon = await other.follow((await aRequest(config, parameters('mcp:everything:list'))).url);
    expect(jon.location).toBeNull();
  });

  it('is fetched once for many requests', async () => {
    const config = await aKnownClient(server, `${origin}/good.json`);
    const before = asked.length;
    for (let at = 0; at < 3; at += 1)
      await browser.follow((await aRequest(config, parameters('mcp:everything'))).url);
    expect(asked.length).toBe(before);
  });

  it.each([
    ['that describes another client', 'another.json'],
    ['of more than 16 KiB', 'large.json'],
    ['that wants its codes by plain http elsewhere', 'plain.json'],
    ['that shares a secret with the world', 'secret.json'],
    ['with twenty-one addresses', 'many.json'],
    ['that has moved to a private address', 'moved.json'],
    ['that is not there', 'nothing.json'],
  ])('is not believed when it is one %s', async (_what, name) => {
    const config = await aKnownClient(server, `${origin}/${name}`);
    const { location, page } = await browser.follow(
      (await aRequest(config, parameters('mcp:everything'))).url,
    );
    expect(location).toBeNull();
    expect(page.status).toBe(400);
    expect(asked).toContain(`/${name}`);
  });

  it.each([
    ['a host that the operator does not let name clients', true, ['clients.example', '*.trusted.example']],
    ['any host by default, and clients are told that they cannot do so', undefined, []],
  ])('is not looked for at %s', async (_where, advertised, hosts) => {
    const elsewhere = await aServer({
      beside: server,
      configure: (configuration) => withPagesFrom(configuration, hosts, ['localhost']),
    });
    try {
      const metadata = await plainRequest(elsewhere.port, {
        path: '/.well-known/oauth-authorization-server',
      });
      expect(JSON.parse(metadata.text).client_id_metadata_document_supported).toBe(advertised);
      const config = await aKnownClient(server, `${origin}/good.json`);
      const { url } = await aRequest(config, parameters('mcp:everything'));
      const before = asked.length;
      const { hostname, port } = new URL(server.url);
      const answer = await plainRequest(elsewhere.port, {
        path: `${url.pathname}${url.search}`,
        headers: { host: `${hostname}:${port}` },
      });
      expect(answer.status).toBe(400);
      expect(answer.headers.location).toBeUndefined();
      expect(asked.length).toBe(before);
      const { rows } = await server.sql.query(
        "select policy, reason from audit_log where event = 'request.rejected' order by id desc limit 1",
      );
      expect(rows[0]).toMatchObject({
        policy: 'token_invalid',
        reason: expect.stringContaining('invalid_client'),
      });
    } finally {
      await elsewhere.end();
    }
  });
});
