import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Operator } from '../session/operator.ts';
import { callTool } from './call-tool.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that answers whatever it is asked with one status and body. */
async function called(status: number, body: string): Promise<string> {
  server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const configuration = { profile: { publicUrl }, services: { mcpServers: new Map([['github', {}]]) } };
  const operator = { platform: { configuration }, token: async () => 'token' } as unknown as Operator;
  const call = { server: 'github', tool: 'x', input: {}, timeoutMs: 5_000, clientVersion: '1' };
  return callTool(operator, call).then(
    () => 'answered',
    (error: Error) => error.message,
  );
}

const NEEDS = 'MCP server github needs the secret TOKEN, which is not set: gatehouse cloud secrets set TOKEN';

it.each([
  ['its own words', 503, { jsonrpc: '2.0', id: 1, error: { code: -32000, message: NEEDS } }, NEEDS],
  ['its status, where it says nothing', 503, {}, 'the server answered 503'],
])('tells why the server did not take a call: %s', async (_what, status, body, told) => {
  expect(await called(status, JSON.stringify(body))).toBe(told);
});
