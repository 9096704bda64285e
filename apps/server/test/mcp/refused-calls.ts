import { AccessTokens, CredentialResolver, Sessions, Users } from '@gatehouse/identity';
import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import { McpDefinitions, McpServers } from '@gatehouse/mcp-spawner';
import { vi } from 'vitest';
import { HOSTILE_MCP_SERVER, ONE_ERA_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import type { TestDoor } from './a-door.ts';
import { type Answered, RawClient } from './an-mcp-client.ts';

/** What the table needs beside the fixtures of every door. */
export const SERVERS_TO_REFUSE = {
  /** Never discovered, and nothing is ever started for it: its secret is set nowhere. */
  waiting: { command: HOSTILE_MCP_SERVER, secrets: { NEEDED: 'NEEDED' } },
  /** A tool of it wants an argument in a header. */
  annotated: { command: ONE_ERA_MCP_SERVER },
};

export const COUNT = { name: 'count', arguments: {} };
export const CALL = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: COUNT };

export const callsIn = (batch: number): JsonValue =>
  Array.from({ length: batch }, (_, id) => ({ ...CALL, id }));

export interface Sender {
  readonly door: TestDoor;
  /** In a session with the server `hostile`. */
  readonly client: RawClient;
}

/** A way to be refused: who sends what, and what comes of it. */
export type RefusedCall = readonly [
  what: string,
  send: (from: Sender) => Promise<Answered>,
  status: number,
  row: readonly [event: 'request.rejected' | 'tool_call.decided', decision: 'deny', policy: string],
];

const INVALID = ['request.rejected', 'deny', 'input_invalid'] as const;
const UNAVAILABLE = ['request.rejected', 'deny', 'upstream_unavailable'] as const;
const rejected = (policy: string) => ['request.rejected', 'deny', policy] as const;
const decided = (policy: string) => ['tool_call.decided', 'deny', policy] as const;

/** A client in no session, with a token of its own. */
export async function strangerTo(door: TestDoor, server: string): Promise<RawClient> {
  return new RawClient(door, server, await door.token({ resource: `mcp/${server}` }));
}

export const unknownTo = (door: TestDoor): RawClient => new RawClient(door, 'hostile', 'nonsense');

let granted = 0;

async function grantedOnly(door: TestDoor, scope: string): Promise<RawClient> {
  granted += 1;
  const user = await door.app.get(Users).create({ email: `granted-${granted}@example.test`, role: 'user' });
  const session = await door.app.get(Sessions).open({ userId: user.id, clientId: 'test' });
  const token = await door.app.get(AccessTokens).issue({ session, resource: 'mcp/hostile', scopes: [scope] });
  return new RawClient(door, 'hostile', token);
}

function callInRevision(revision: string): JsonObject {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return { ...CALL, params: { ...COUNT, _meta } };
}

const NO_SESSION = { 'mcp-session-id': null };
const OTHER_SESSION = { 'mcp-session-id': 'x'.repeat(32) };

/** Every way in which the MCP door refuses a call before it is decided, or instead of it, on both wires. */
export const REFUSED_CALLS: readonly RefusedCall[] = [
  ['a bad token', ({ door }) => unknownTo(door).send(CALL), 401, decided('token_invalid')],
  [
    'a bad token, stateless',
    ({ door }) => unknownTo(door).modern('tools/call', COUNT),
    401,
    decided('token_invalid'),
  ],
  [
    'a bad token and headers that say something else',
    ({ door }) => unknownTo(door).modern('tools/call', COUNT, { 'mcp-method': 'tools/list' }),
    401,
    decided('token_invalid'),
  ],
  [
    'a bad token and a name that is none',
    ({ door }) => unknownTo(door).send({ ...CALL, params: { name: 7 } }),
    401,
    rejected('token_invalid'),
  ],
  ['a bad token, a batch', ({ door }) => unknownTo(door).send(callsIn(3)), 401, rejected('token_invalid')],
  [
    'a token that ends on the way',
    ({ door, client }) => {
      const credentials = door.app.get(CredentialResolver);
      const resolve = credentials.resolve.bind(credentials);
      const ended = { ok: false, problem: 'revoked' } as const;
      vi.spyOn(credentials, 'resolve').mockImplementationOnce(resolve).mockReturnValueOnce(ended);
      return client.send(CALL);
    },
    401,
    decided('token_invalid'),
  ],
  [
    'a token that becomes good on the way',
    ({ door, client }) => {
      const unverifiable = { ok: false, problem: 'unverifiable' } as const;
      vi.spyOn(door.app.get(CredentialResolver), 'resolve').mockReturnValueOnce(unverifiable);
      return client.send(CALL);
    },
    503,
    decided('token_invalid'),
  ],
  [
    'no such server',
    ({ door, client }) => {
      vi.spyOn(door.app.get(McpServers), 'find').mockReturnValueOnce(undefined);
      return client.send(CALL);
    },
    404,
    INVALID,
  ],
  ['a body too large', ({ client }) => client.send('x'.repeat(1024 * 1024 + 1)), 413, INVALID],
  [
    'a body of another type',
    ({ client }) => client.send(JSON.stringify(CALL), { 'content-type': 'text/plain' }),
    415,
    INVALID,
  ],
  ['no JSON', ({ client }) => client.send(JSON.stringify(CALL).slice(1)), 400, INVALID],
  ['a key twice', ({ client }) => client.send(JSON.stringify(CALL).replace('{', '{"id":1,')), 400, INVALID],
  ['wrong Accept', ({ client }) => client.send(CALL, { accept: 'application/json' }), 406, INVALID],
  [
    'wrong Accept, stateless',
    ({ client }) => client.modern('tools/call', COUNT, { accept: 'text/event-stream' }),
    406,
    INVALID,
  ],
  ['wrong Accept, a batch', ({ client }) => client.send(callsIn(2), { accept: 'text/html' }), 406, INVALID],
  ['another JSON-RPC', ({ client }) => client.send({ ...CALL, jsonrpc: '1.0' }), 400, INVALID],
  ['no Mcp-Method', ({ client }) => client.modern('tools/call', COUNT, { 'mcp-method': null }), 400, INVALID],
  [
    'another Mcp-Name',
    ({ client }) => client.modern('tools/call', COUNT, { 'mcp-name': 'echo' }),
    400,
    INVALID,
  ],
  [
    'another Mcp-Param',
    async ({ door }) => {
      const params = { name: 'route', arguments: { region: 'eu-1' } };
      const client = await strangerTo(door, 'annotated');
      return client.modern('tools/call', params, { 'mcp-param-region': 'us-1' });
    },
    400,
    INVALID,
  ],
  ['an unknown revision', ({ client }) => client.send(callInRevision('2199-01-01')), 400, INVALID],
  [
    'a server not discovered',
    async ({ door }) => (await strangerTo(door, 'waiting')).send(CALL),
    503,
    UNAVAILABLE,
  ],
  [
    'a server not discovered, a session of before',
    async ({ door }) => (await strangerTo(door, 'waiting')).send(CALL, OTHER_SESSION),
    503,
    UNAVAILABLE,
  ],
  [
    'a server not discovered, stateless',
    async ({ door }) => (await strangerTo(door, 'waiting')).modern('tools/call', COUNT),
    503,
    UNAVAILABLE,
  ],
  [
    'a server not discovered, a batch',
    async ({ door }) => (await strangerTo(door, 'waiting')).send(callsIn(2)),
    503,
    UNAVAILABLE,
  ],
  [
    'a scope too little',
    async ({ door }) => (await grantedOnly(door, 'mcp:hostile:list')).send(CALL),
    403,
    decided('scope_denied'),
  ],
  [
    'a scope too little, a batch',
    async ({ door }) => (await grantedOnly(door, 'mcp:other')).send(callsIn(2)),
    403,
    rejected('scope_denied'),
  ],
  ['no session', ({ client }) => client.send(CALL, NO_SESSION), 400, INVALID],
  ['an unknown session', ({ client }) => client.send(CALL, OTHER_SESSION), 404, INVALID],
  ['an unknown session, a batch', ({ client }) => client.send(callsIn(2), OTHER_SESSION), 404, INVALID],
  [
    'another revision than its session has',
    ({ client }) => client.send(CALL, { 'mcp-protocol-version': '1999-01-01' }),
    400,
    INVALID,
  ],
  ['a batch in a revision that has none', ({ client }) => client.send(callsIn(2)), 400, INVALID],
  [
    'parameters that are none',
    ({ client }) => client.send({ ...CALL, params: { name: 'count', arguments: [] } }),
    200,
    INVALID,
  ],
  [
    'parameters that are none, stateless',
    ({ client }) => client.modern('tools/call', { name: 'count', arguments: [] }),
    200,
    INVALID,
  ],
  [
    'a fault of our own',
    ({ door, client }) => {
      vi.spyOn(door.app.get(McpDefinitions), 'eras').mockImplementationOnce(() => {
        throw new Error('broken on purpose');
      });
      return client.send(CALL);
    },
    500,
    rejected('internal_error'),
  ],
];
