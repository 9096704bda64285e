import type { AuditLog } from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aConfiguration, aServer, modernServer, until } from '../../test/a-server.ts';
import { ChildStarter } from '../children/child-starter.service.ts';
import { McpPins } from '../pins/mcp-pins.service.ts';
import { PinQueries } from '../pins/pin.queries.ts';
import { McpServers } from '../servers/mcp-servers.service.ts';
import { McpDefinitions } from './mcp-definitions.service.ts';
import { ServerDefinitionQueries } from './server-definition.queries.ts';

let database: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await new DataSource({
    type: 'postgres',
    extra: database.clientConfig('server'),
  }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const stops: (() => unknown)[] = [];
beforeEach(() => dataSource.query('with gone as (delete from mcp_pins) delete from mcp_server_definitions'));
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const pinsOf = (configuration: ReturnType<typeof aConfiguration>) => {
  const audit = { record: async () => ({ id: '', commitment: null }) };
  return new McpPins(configuration, new PinQueries(dataSource), audit as unknown as AuditLog);
};

function definitionsOf(...servers: Parameters<typeof aConfiguration>) {
  const configuration = aConfiguration(...servers);
  const registry = new McpServers(configuration);
  const starter = new ChildStarter(configuration);
  const definitions = new McpDefinitions(
    configuration,
    registry,
    starter,
    new ServerDefinitionQueries(dataSource),
    pinsOf(configuration),
  );
  stops.push(
    () => definitions.stop(),
    () => starter.stop(),
  );
  const spawns = (name: string): number => registry.find(name)?.counters.spawns ?? 0;
  return { definitions, registry, spawns };
}

const everything = () => aServer({ name: 'everything', command: 'mcp-server-everything' });

describe('discovery', () => {
  it('keeps what a real server offers, and ends it', async () => {
    const { definitions, registry } = definitionsOf(everything());
    await definitions.start();
    const kept = definitions.find('everything', 'legacy');
    expect(kept?.serverInfo.name).toMatch(/everything/);
    expect(kept?.tools.map(({ name }) => name)).toContain('echo');
    expect([kept?.resources.length, kept?.prompts.length].every((count) => count! > 0)).toBe(true);
    expect(definitions.findTool('everything', 'echo')?.inputSchema).toMatchObject({ type: 'object' });
    expect(registry.status()).toMatchObject([
      { name: 'everything', state: 'ready', children: 0, offer: { eras: ['legacy'] } },
    ]);
  });

  it('starts nothing for a server whose definitions are kept, and the same process anew for one that changed', async () => {
    await definitionsOf(aServer()).definitions.start();
    const again = definitionsOf(aServer());
    await again.definitions.start();
    expect(again.spawns('hostile')).toBe(0);
    expect(again.definitions.findTool('hostile', 'echo')).toBeDefined();
    for (const changed of [{ args: ['--garbage-first'] }, { env: { A: 'b' } }]) {
      const other = definitionsOf(aServer(changed));
      await other.definitions.start();
      expect(other.spawns('hostile')).toBe(1);
    }
  });

  it('keeps definitions of both eras of a server that speaks both', async () => {
    const { definitions, spawns } = definitionsOf(modernServer());
    await definitions.start();
    expect(definitions.eras('modern')).toEqual(['modern', 'legacy']);
    expect(definitions.find('modern', 'modern')).toMatchObject({
      protocolVersion: '2026-07-28',
      serverInfo: { name: 'modern-fixture' },
      instructions: 'served as modern',
    });
    expect(definitions.find('modern', 'legacy')).toMatchObject({
      protocolVersion: '2025-11-25',
      instructions: 'served as legacy',
    });
    expect(spawns('modern')).toBe(2);
  });

  it('finds that a server speaks only the modern revision', async () => {
    const { definitions } = definitionsOf(modernServer('--modern-only'));
    await definitions.start();
    expect(definitions.eras('modern')).toEqual(['modern']);
  });

  it('tells no server of capabilities that it may not use', async () => {
    const { definitions } = definitionsOf(aServer());
    await definitions.start();
    const instructions = 'told {"capabilities":{},"client":"gatehouse"}';
    expect(definitions.find('hostile', 'legacy')).toMatchObject({ instructions });
  });

  it.each(['--exit-on-probe', '--garbage-first'])('copes with a server that does this: %s', async (flag) => {
    const { definitions } = definitionsOf(aServer({ args: [flag] }));
    await definitions.start();
    expect(definitions.findTool('hostile', 'echo')).toBeDefined();
  });

  it('leaves out definitions with foreign names or shapes, and says how many', async () => {
    const { definitions, registry } = definitionsOf(aServer({ args: ['--bad-definitions'] }));
    await definitions.start();
    const names = definitions.find('hostile', 'legacy')?.tools.map(({ name }) => name) ?? [];
    expect(names.filter((name) => typeof name !== 'string' || !/^[a-z_]+$/.test(name))).toEqual([]);
    expect(names.filter((name) => name === 'echo')).toHaveLength(1);
    expect(definitions.findTool('hostile', 'echo')?.description).toBeUndefined();
    expect(registry.status()[0]?.offer.leftOut).toBe(10);
  });

  it('of one server does not stop that of the others, and is tried again', async () => {
    const { definitions, registry, spawns } = definitionsOf(
      aServer({ name: 'broken', args: ['--exit-at-once'] }),
      aServer({ name: 'missing', command: 'no-such-command' }),
      aServer({ name: 'endless', args: ['--endless-pages'] }),
      aServer(),
    );
    await definitions.start();
    // By now it may have been tried again, or be on trial.
    await expect
      .poll(() => registry.status())
      .toMatchObject([
        {
          name: 'broken',
          state: 'failed',
          problem: 'initialize: it exited with code 3',
          failures: expect.toSatisfy((failures: number) => failures >= 1),
        },
        { name: 'missing', state: 'failed', problem: 'its command was not found' },
        { name: 'endless', state: 'failed', problem: 'tools/list: it has more than 100 pages' },
        { name: 'hostile', state: 'ready', problem: null },
      ]);
    const before = spawns('broken');
    await until(() => spawns('broken') > before);
  });

  it('of one server on request replaces what was kept', async () => {
    const { definitions, spawns } = definitionsOf(aServer());
    await definitions.start();
    const first = definitions.find('hostile', 'legacy')?.discoveredAt;
    await definitions.refresh('hostile');
    expect(spawns('hostile')).toBe(2);
    expect(definitions.find('hostile', 'legacy')?.discoveredAt.getTime()).toBeGreaterThanOrEqual(
      first!.getTime(),
    );
    await expect(definitions.refresh('unknown')).rejects.toMatchObject({
      code: 'MCP_SPAWNER_UNKNOWN_SERVER',
    });
  });

  it('freezes what it keeps', async () => {
    const { definitions } = definitionsOf(aServer());
    await definitions.start();
    expect(Object.isFrozen(definitions.findTool('hostile', 'echo')?.inputSchema)).toBe(true);
  });
});
