import { LivePolicy } from '@gatehouse/governance';
import { Sessions } from '@gatehouse/identity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ONE_ERA_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { aDoor, type TestDoor } from '../mcp/a-door.ts';
import { type OpenStream, RawClient } from '../mcp/an-mcp-client.ts';

const WATCHED = ['note://a', 'note://b', 'note://c'];
const META = 'io.modelcontextprotocol/';

let door: TestDoor;
let client: RawClient;
beforeAll(async () => {
  door = await aDoor({ servers: { watched: { command: ONE_ERA_MCP_SERVER } } });
});
afterAll(() => door.stop());
beforeEach(async () => {
  client = new RawClient(door, 'watched', await door.token({ resource: 'mcp/watched' }));
  await client.initialize();
});
afterEach(() => vi.restoreAllMocks());

/** A stream on which the client hears of watched resources, in a session or in the revision without. */
const STREAMS: readonly (readonly [string, () => Promise<OpenStream>])[] = [
  [
    'of a session',
    async () => {
      const stream = await client.listen();
      for (const uri of WATCHED) await client.request('resources/subscribe', { uri });
      return stream;
    },
  ],
  [
    'of subscriptions/listen',
    async () => {
      const _meta = {
        [`${META}protocolVersion`]: '2026-07-28',
        [`${META}clientInfo`]: { name: 'raw', version: '1' },
        [`${META}clientCapabilities`]: {},
      };
      const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' };
      const notifications = { resourceSubscriptions: WATCHED };
      const stream = await client.open('subscriptions/listen', { notifications, _meta }, headers);
      await stream.next();
      return stream;
    },
  ],
];

const touch = (uri: string) => client.call('touch', { uri });

/** The policy in force, but that nobody may watch resources. */
function nobodyMayWatch() {
  const policy = door.app.get(LivePolicy);
  const inForce = policy.current();
  const mayCall: typeof inForce.access.mayCall = (principal, action, server) =>
    /subscri/.test(action)
      ? { allowed: false, detail: 'withdrawn' }
      : inForce.access.mayCall(principal, action, server);
  return vi.spyOn(policy, 'current').mockReturnValue({ ...inForce, access: { mayCall } as never });
}

describe('a stream of the MCP door', () => {
  it.each(STREAMS)(
    '%s tells nothing more of a resource that may not be watched any more',
    async (_of, open) => {
      const stream = await open();
      await touch('note://a');
      expect(await stream.next()).toMatchObject({ params: { uri: 'note://a' } });
      const withdrawn = nobodyMayWatch();
      await touch('note://b');
      withdrawn.mockRestore();
      await touch('note://c');
      expect(await stream.next()).toMatchObject({ params: { uri: 'note://c' } });
      await stream.stream.cancel();
    },
  );

  it.each(STREAMS)('%s ends with the session of its token', async (_of, open) => {
    await door.rows();
    const stream = await open();
    const [row] = await door.rows();
    await door.app.get(Sessions).revoke(row!.session_id, { reason: 'logout' });
    // One of the revision without sessions ends with the answer to its request.
    const last = await stream.next().catch((cause: Error) => cause.message);
    if (last !== 'the stream ended') {
      expect(last).toMatchObject({ result: { resultType: 'complete' } });
      await expect(stream.next()).rejects.toThrow('the stream ended');
    }
  });
});
