import { join } from 'node:path';
import type { JsonObject } from '@gatehouse/kernel';
import { McpServers } from '@gatehouse/mcp-spawner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import type { RawClient } from '../mcp/an-mcp-client.ts';
import { aSecretWorld, type SecretWorld } from '../support/a-secret-world.ts';

let server: SecretWorld;
let client: RawClient;

beforeAll(async () => {
  server = await aSecretWorld({ hostile: { command: HOSTILE_MCP_SERVER, args: [] } });
  client = await server.client('hostile');
});
afterAll(() => server.end());

async function escaped(args: JsonObject): Promise<Record<string, Record<string, string>>> {
  const { message } = await client.call('escape', {
    coded: Buffer.from(JSON.stringify(args)).toString('hex'),
  });
  const { content } = message.result as { content: [{ text: string }] };
  return JSON.parse(content[0].text);
}

/** This is a report on the machine at hand: where no cage can be built the product says so, and that is asserted. */
describe('T2: a tool, through the door', () => {
  it('is in a cage, and the server says so; or it says that there is none', async () => {
    const ready = (await (await fetch(`${server.url}/readyz`)).json()) as { isolation: string };
    await escaped({});
    const { cage } = server.app.get(McpServers).find('hostile')!.status();
    expect(ready.isolation).toMatch(
      cage === 'none' ? /^tools are not isolated from Gatehouse/ : /in a cage of its own/,
    );
    expect(process.platform !== 'linux' || process.getuid?.() !== 0 || cage === 'own user').toBe(true);
  });

  it('sees neither state nor keys nor policies nor the database, nor any process but its own', async () => {
    const { stateDir, keyDir, servicesDir, root } = server.configuration.installation;
    const socket = join(String(server.database.clientConfig('server').host), '.s.PGSQL.5432');
    const report = await escaped({
      paths: [
        stateDir,
        keyDir,
        join(keyDir, 'secrets-private-key'),
        join(servicesDir, 'governance/roles.yaml'),
      ],
      writes: [join(servicesDir, 'governance/roles.yaml'), join(root, 'apps/server/dist/main.js')],
      pids: [process.pid, process.ppid],
      sockets: [socket],
    });
    const found: string = JSON.stringify(
      [report.read, report.readFiles, report.connected].flatMap((found) => Object.values(found!)),
    );
    expect(found).not.toMatch(/secrets-|roles:|connected/);
    expect(Object.values(report.wrote!)).not.toContain('written');
    // Process ids are of its own namespace: what it reaches under ours is nothing, or itself.
    expect(Object.values(report.environs!)).toEqual(['ENOENT', 'ENOENT']);
    expect(Object.values(report.signalled!)).toEqual(['ESRCH', 'ESRCH']);
    expect(Object.values(report.memory!)).toEqual(['ENOENT', 'ENOENT']);
  });
});
