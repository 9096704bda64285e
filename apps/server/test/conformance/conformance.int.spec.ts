import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aServer, type TestServer } from '../support/a-server.ts';
import {
  directFixture,
  FIXTURE_STDIO,
  passesAlone,
  type Revision,
  runSuite,
  withToken,
} from './run-suite.ts';

let direct: Awaited<ReturnType<typeof directFixture>>;
let gateway: Awaited<ReturnType<typeof withToken>>;
let server: TestServer;
beforeAll(async () => {
  direct = await directFixture();
  server = await aServer({
    configure: (configuration) => {
      const { services } = configuration;
      const mcpServers = new Map(services.mcpServers);
      const model = mcpServers.get('everything')!;
      mcpServers.set('fixture', {
        ...model,
        name: 'fixture',
        command: FIXTURE_STDIO,
        args: [],
        clientRequests: ['elicitation', 'url_elicitation', 'sampling', 'roots'],
      });
      return { ...configuration, services: { ...services, mcpServers } };
    },
  });
  await server.discovered;
  const token = await server.token('admin@localhost', 'mcp/fixture');
  gateway = await withToken(`${server.url}/mcp/fixture`, token);
});
afterAll(async () => {
  await gateway?.stop();
  await server?.end();
  await direct?.stop();
});

describe('a server behind the gateway', () => {
  it.each<[Revision, number]>([
    ['2025-11-25', 30],
    ['2026-07-28', 37],
  ])(
    'passes the conformance scenarios of %s that it passes directly',
    async (revision, required) => {
      const [alone, through] = await Promise.all([
        runSuite(direct.url, revision),
        runSuite(gateway.url, revision),
      ]);
      expect(alone.passed.size).toBeGreaterThanOrEqual(required);
      const lost: string[] = [];
      for (const scenario of alone.passed) {
        if (through.passed.has(scenario) || (await passesAlone(gateway.url, revision, scenario))) continue;
        lost.push(scenario);
      }
      expect(lost, through.output.slice(-14_000)).toEqual([]);
    },
    240_000,
  );
});
