import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ApiKeys, Users } from '@gatehouse/identity';
import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RECORDING_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aRecordingRemote, type RecordingRemote } from '../support/a-recording-remote.ts';
import { aServer, type TestServer } from '../support/a-server.ts';

const BUILD = fileURLToPath(new URL('../../../../tools/run/build.mjs', import.meta.url));
let server: TestServer;
let remote: RecordingRemote;

beforeAll(async () => {
  // What calls a remote server is only ever run as it is built.
  const built = spawnSync(process.execPath, [BUILD, 'secrets'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  remote = await aRecordingRemote();
  server = await aServer({
    configure: (configuration) => {
      const model = configuration.services.mcpServers.get('everything')!;
      const own = {
        recorder: { ...model, name: 'recorder', command: RECORDING_MCP_SERVER, args: [] },
        far: { ...model, name: 'far', command: null, args: [], url: remote.url },
      };
      const mcpServers = new Map([...configuration.services.mcpServers, ...Object.entries(own)]);
      const profile = { ...configuration.profile, outboundAllow: ['127.0.0.1'] };
      return { ...configuration, profile, services: { ...configuration.services, mcpServers } };
    },
  });
  await server.discovered;
  const states = () => ['recorder', 'far'].map((name) => server.app.get(McpServers).find(name)?.status());
  await vi.waitUntil(() => states().every((status) => status?.state === 'ready'), { timeout: 60_000 });
}, 120_000);
afterAll(async () => {
  await server?.end();
  remote?.close();
});

/** What `recording-mcp-server` did, undone. */
const undisguised = (hex: string) =>
  Buffer.from(Buffer.from(hex, 'hex').map((byte) => byte ^ 0x55)).toString('utf8');

/** Every place of a request in which a client might put its token for a server behind, and some do. */
const everywhere = (token: string) => ({
  'x-forwarded-access-token': token,
  'x-auth-token': token,
  'proxy-authorization': `Bearer ${token}`,
  cookie: `token=${token}`,
  'mcp-param-token': token,
});

/** What gives a token away: itself, any part of it that is long enough to be one, and each read as text. */
function partsOf(token: string): readonly string[] {
  const parts = token.split('.').filter((part) => part.length > 20);
  return [token, ...parts, token.slice(0, 40), Buffer.from(token).toString('base64').slice(0, 40)];
}

async function callWith(name: string, token: string, revision: 'handshake' | 'stateless'): Promise<string> {
  const client = new RawClient(server, name, token);
  const tool = 'everything_given';
  if (revision === 'handshake') {
    await client.initialize();
    const call = { name: tool, arguments: {} };
    const { message } = await client.send(
      { jsonrpc: '2.0', id: 7, method: 'tools/call', params: call },
      everywhere(token),
    );
    return JSON.stringify(message);
  }
  const { message } = await client.modern('tools/call', { name: tool, arguments: {} }, everywhere(token));
  return JSON.stringify(message);
}

async function aToken(kind: string, name: string): Promise<string> {
  const email = 'maya@example.test';
  if (kind === 'an access token') return server.token(email, `mcp/${name}`);
  const { id } = await server.app.get(Users).get(email);
  const issued = await server.app
    .get(ApiKeys)
    .issue({ userId: id, name: 'passthrough', scopes: [`mcp:${name}`] });
  return issued.text.reveal();
}

describe.each(['an access token', 'an API key'])('%s of a caller', (kind) => {
  it.each(['handshake', 'stateless'] as const)(
    'never reaches the process of a tool (%s)',
    async (revision) => {
      const token = await aToken(kind, 'recorder');
      const answer = await callWith('recorder', token, revision);
      const text = /"text":"([0-9a-f]+)"/.exec(answer)?.[1];
      expect(text, answer).toBeDefined();
      const given = undisguised(text!);
      expect(given).toContain('everything_given');
      expect(given).toContain('"environment"');
      for (const part of partsOf(token)) expect(given).not.toContain(part);
    },
  );

  it.each(['handshake', 'stateless'] as const)(
    'never reaches a remote server, in no header and no body (%s)',
    async (revision) => {
      const token = await aToken(kind, 'far');
      const before = remote.seen.length;
      expect(await callWith('far', token, revision)).toContain('taken');
      const seen = JSON.stringify(remote.seen.slice(before));
      expect(seen).toContain('tools/call');
      for (const part of partsOf(token)) expect(seen).not.toContain(part);
      expect(seen.toLowerCase()).not.toMatch(/"(?:authorization|cookie|x-auth-token|mcp-param-token)"/);
    },
  );
});
