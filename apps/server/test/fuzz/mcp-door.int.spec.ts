import type { Configuration } from '@gatehouse/config';
import { AccessTokens, Sessions, Users } from '@gatehouse/identity';
import type { JsonValue } from '@gatehouse/kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { plainRequest } from '../support/plain-request.ts';
import { printedOutput } from '../support/printed-output.ts';
import { tablesWithCanary } from './canary-search.ts';
import { CANARY, damaged, damagedBytes, FUZZ, hostileText, hostileValue } from './hostile-values.ts';

/*
 * Every field of a message at the MCP door, hostile, and every header that says something of it. Each case sends some of
 * them together with two harmless calls of somebody else.
 */
const withHostileServer = (configuration: Configuration): Configuration => {
  const { services } = configuration;
  const mcpServers = new Map(services.mcpServers);
  const model = mcpServers.get('everything')!;
  mcpServers.set('hostile', { ...model, name: 'hostile', command: HOSTILE_MCP_SERVER, args: [] });
  const rateLimits = { ...services.governance.rateLimits, perMinute: 1_000_000 };
  return {
    ...configuration,
    profile: { ...configuration.profile, logLevel: 'debug' },
    services: { ...services, mcpServers, governance: { ...services.governance, rateLimits } },
  };
};

const METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'tools/call',
  'tools/call',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'server/discover',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'sampling/createMessage',
] as const;
const PARAMS: Readonly<Record<string, JsonValue>> = {
  name: 'echo',
  arguments: { text: 'hello' },
  uri: 'hostile://cancelled',
  cursor: 'c',
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'fuzz', version: '1' },
  requestId: 1,
  progressToken: 1,
  level: 'info',
  _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', progressToken: 'p' },
};
const message: fc.Arbitrary<JsonValue> = fc
  .oneof({ weight: 4, arbitrary: fc.constantFrom(...METHODS) }, { weight: 1, arbitrary: hostileText })
  .chain((method) => damaged(PARAMS).chain((params) => damaged({ jsonrpc: '2.0', id: 7, method, params })));
const body: fc.Arbitrary<string | Buffer> = fc.oneof(
  { weight: 6, arbitrary: message.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: fc.array(message, { maxLength: 3 }).map((batch) => JSON.stringify(batch)) },
  { weight: 1, arbitrary: hostileValue.map((value) => JSON.stringify(value)) },
  {
    weight: 2,
    arbitrary: damagedBytes(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'echo', arguments: {} },
      }),
    ),
  },
);
const headerText = hostileText.map((text) => text.replaceAll(/[^\t\x20-\x7e]/g, '?').slice(0, 500));
const headers = fc.record(
  {
    'mcp-protocol-version': fc.oneof(fc.constantFrom('2025-11-25', '2026-07-28', '2024-11-05'), headerText),
    'mcp-session-id': fc.oneof(fc.constant('OWN'), headerText),
    'mcp-method': fc.oneof(fc.constantFrom(...METHODS), headerText),
    'mcp-name': fc.oneof(fc.constant('echo'), headerText),
    'last-event-id': headerText,
    'user-agent': headerText,
    traceparent: headerText,
    accept: fc.constantFrom('application/json', 'text/event-stream', '*/*', 'text/html'),
    'content-type': fc.constantFrom('text/plain', 'application/json; charset=utf-7', 'application/json'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>;

const request = fc.record({
  method: fc.oneof(
    { weight: 12, arbitrary: fc.constant('POST') },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'DELETE', 'PUT') },
  ),
  body,
  headers,
});

interface Client {
  readonly token: string;
  sessionId: string;
}

let server: TestServer;
let hostile: Client;
let harmless: Client;
let said: () => string;
let answers = '';

beforeAll(async () => {
  said = printedOutput();
  server = await aServer({ configure: withHostileServer });
  await server.discovered;
  [hostile, harmless] = await Promise.all([aClient(), aClient()]);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await server.end();
});

let users = 0;

async function aClient(): Promise<Client> {
  users += 1;
  const user = await server.app.get(Users).create({ email: `fuzz${users}@example.test`, role: 'user' });
  const session = await server.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
  const token = await server.app.get(AccessTokens).issue({ session, resource: 'mcp/hostile' });
  const client = { token, sessionId: '' };
  await initialize(client);
  return client;
}

async function initialize(client: Client): Promise<void> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  };
  const { headers } = await post(
    client,
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  );
  client.sessionId = String(headers['mcp-session-id']);
}

async function post(
  { token, sessionId }: Client,
  text: string | Buffer,
  more: Record<string, string> = {},
  method = 'POST',
) {
  const own = more['mcp-session-id'] === 'OWN' ? { 'mcp-session-id': sessionId } : {};
  const answer = await plainRequest(server.port, {
    method,
    path: '/mcp/hostile',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...more,
      ...own,
    },
    ...(method === 'GET' ? {} : { body: text }),
  });
  // An answer has to bear the id of its request, whatever that is.
  answers += answer.text.replaceAll(/"id":"(?:[^"\\]|\\.)*"/g, '"id":0') + JSON.stringify(answer.headers);
  return answer;
}

async function aHarmlessCall(text: string): Promise<string> {
  const call = {
    jsonrpc: '2.0',
    id: text,
    method: 'tools/call',
    params: { name: 'echo', arguments: { text } },
  };
  return (await post(harmless, JSON.stringify(call), { 'mcp-session-id': harmless.sessionId })).text;
}

describe('a message to the MCP door of which any field is hostile', () => {
  it('is answered by the protocol, and takes no call of others with it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 6, maxLength: 9 }), async (hostiles) => {
        const calls = [aHarmlessCall('one'), aHarmlessCall('other')];
        const rest = await Promise.all(
          hostiles.map((one) => post(hostile, one.body, one.headers, one.method)),
        );
        const texts = await Promise.all(calls);
        expect(texts[0]).toContain('one');
        expect(texts[1]).toContain('other');
        for (const text of texts) expect(text).not.toContain('"isError":true');
        for (const { status, text } of rest) {
          expect(status).toBeLessThan(500);
          expect(text).not.toMatch(/-32603|internal_error|audit_unavailable| at .*\.[jt]s:\d/);
        }
        // One of them may have ended the session.
        await initialize(hostile);
      }),
      FUZZ,
    );
  });

  it('leaves no gap, and no credential in an answer, a column or a log line', async () => {
    const { rows } = await server.sql.query(`select from audit_log where event = 'audit.gap'`);
    expect(rows).toEqual([]);
    expect(answers.match(new RegExp(`.{0,90}${CANARY.found}.{0,80}`, 'g'))).toBeNull();
    expect(await tablesWithCanary(server.sql)).toEqual([]);
    expect(said()).not.toContain(CANARY.found);
    expect(said()).not.toMatch(/"level":50/);
  });
});
