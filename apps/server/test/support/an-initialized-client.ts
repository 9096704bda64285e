import type { TestDoor } from '../mcp/a-door.ts';
import { RawClient } from '../mcp/an-mcp-client.ts';

/** A client of a user of its own, with a session at that server. */
export async function anInitializedClient(door: TestDoor, server: string): Promise<RawClient> {
  const client = new RawClient(door, server, await door.token({ resource: `mcp/${server}` }));
  await client.initialize();
  return client;
}
