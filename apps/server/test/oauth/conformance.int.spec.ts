import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { TestBrowser } from './a-browser.ts';
import { aRegisteredClient } from './an-issuer.ts';

const SUITE = fileURLToPath(
  new URL('../../../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
);
let server: TestServer;
beforeAll(async () => {
  server = await aServer();
});
afterAll(() => server.end());

// The suite takes a client for a public one wherever public clients are welcome, so a secret cannot be tried with it.
it('is what the conformance suite of MCP expects of an authorization server', async () => {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const config = await aRegisteredClient(server, {
    redirect_uris: [`http://127.0.0.1:${port}/callback`],
  });
  const { client_id: id } = config.clientMetadata();
  const browser = new TestBrowser(server);
  await browser.login('maya@example.test');
  const suite = spawn(
    process.execPath,
    [
      SUITE,
      'authorization',
      '--url',
      server.url,
      '--client-id',
      id,
      '--port',
      String(port),
      '--resource',
      `${server.url}/mcp/everything`,
      '--verbose',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  let visited = false;
  suite.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  suite.stdout.on('data', (piece: Buffer) => {
    said += piece.toString();
    const url = /^(http\S+\/oauth\/authorize\?\S+)$/m.exec(said)?.[1];
    if (url === undefined || visited) return;
    visited = true;
    void browser.authorize(url).then((back) => fetch(back));
  });
  const code = await new Promise((ended) => suite.on('close', ended));
  expect(code, said).toBe(0);
  expect(visited).toBe(true);
  expect(said).not.toMatch(/FAILURE|SKIPPED|✗/);
});
