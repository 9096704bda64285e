import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@gatehouse/config';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import { TestBrowser } from './a-browser.ts';
import { KeptAuthorization } from './an-oauth-client.ts';

let server: TestServer;
let browser: TestBrowser;
beforeAll(async () => {
  server = await aServer();
  await server.discovered;
  browser = new TestBrowser(server);
  await browser.login('maya@example.test');
});
afterAll(() => server.end());

const urlOf = (name: string) => new URL(`${server.url}/mcp/${name}`);
const textOf = (result: unknown) => (result as { content: { text: string }[] }).content[0]?.text;
const ECHO = { name: 'echo', arguments: { message: 'hello' } };

describe('a client with nothing but the address of a protected MCP server', () => {
  it('of the first SDK finds its way, with a person who says yes', async () => {
    const kept = new KeptAuthorization('First generation');
    const connect = async () => {
      const transport = new StreamableHTTPClientTransport(urlOf('everything'), { authProvider: kept });
      const client = new Client({ name: 'first', version: '1' });
      return { transport, client, connected: client.connect(transport as never) };
    };
    const first = await connect();
    await expect(first.connected).rejects.toThrow('Unauthorized');
    const answer = await kept.answer(browser);
    await first.transport.finishAuth(answer.get('code')!);
    const { client, connected } = await connect();
    await connected;
    expect(textOf(await client.callTool(ECHO))).toBe('Echo: hello');
    await client.close();
    const { rows } = await server.sql.query(
      `select client_id, user_id from audit_log where action = 'mcp__everything__echo' and event = 'tool_call.decided'
       order by id desc limit 1`,
    );
    expect(rows[0].client_id).toBe((kept.clientInformation() as { client_id: string }).client_id);
  });

  it.each(['auto', 'legacy'] as const)('of the second SDK does too (%s)', async (mode) => {
    const kept = new KeptAuthorization('Second generation');
    const connect = () => {
      const transport = new ModernTransport(urlOf('everything'), { authProvider: kept });
      const client = new ModernClient({ name: 'second', version: '1' }, { versionNegotiation: { mode } });
      return { transport, client, connected: client.connect(transport) };
    };
    const first = connect();
    await expect(first.connected).rejects.toThrow();
    await first.transport.finishAuth(await kept.answer(browser));
    const { client, connected } = connect();
    await connected;
    expect(textOf(await client.callTool(ECHO))).toBe('Echo: hello');
    await client.close();
  });

  it('asks for more when a call needs more than it was granted, and then may call', async () => {
    const kept = new KeptAuthorization('Stepping up');
    const connect = () => {
      const transport = new ModernTransport(urlOf('everything'), { authProvider: kept });
      return { transport, client: new ModernClient({ name: 'second', version: '1' }) };
    };
    const first = connect();
    await expect(first.client.connect(first.transport)).rejects.toThrow();
    const modest = new URL(kept.visited.at(-1)!);
    modest.searchParams.set('scope', 'mcp:everything:list');
    const back = await browser.authorize(modest);
    await first.transport.finishAuth(back.searchParams);
    expect(kept.tokens()).toMatchObject({ scope: 'mcp:everything:list' });
    const { client, transport } = connect();
    await client.connect(transport);
    expect((await client.listTools()).tools.length).toBeGreaterThan(3);
    const asked = kept.visited.length;
    await expect(client.callTool(ECHO)).rejects.toThrow();
    expect(kept.visited.length).toBeGreaterThan(asked);
    expect(kept.visited.at(-1)!.searchParams.get('scope')?.split(' ')).toContain('mcp:everything');
    await transport.finishAuth(await kept.answer(browser));
    expect(textOf(await client.callTool(ECHO))).toBe('Echo: hello');
    await client.close();
  });

  it('and only stdio reaches it through mcp-remote', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-remote-'));
    const proxy = fileURLToPath(
      new URL('../../../../node_modules/mcp-remote/dist/proxy.js', import.meta.url),
    );
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [proxy, urlOf('everything').href, String(await freePort()), '--allow-http'],
      env: { PATH: process.env.PATH ?? '', HOME: folder, MCP_REMOTE_CONFIG_DIR: folder },
      stderr: 'pipe',
    });
    const visited = new Promise<URL>((resolve) => {
      let said = '';
      transport.stderr?.on('data', (piece: Buffer) => {
        said += piece.toString();
        const url = /authorize this client by visiting:\s+(https?:\S+)/.exec(said)?.[1];
        if (url !== undefined) resolve(new URL(url));
      });
    });
    const client = new Client({ name: 'stdio', version: '1' });
    const connected = client.connect(transport as never);
    const back = await browser.authorize(await visited);
    expect((await fetch(back)).status).toBe(200);
    await connected;
    expect(textOf(await client.callTool(ECHO))).toBe('Echo: hello');
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
