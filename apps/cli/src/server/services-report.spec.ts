import { expect, it } from 'vitest';
import { type ServicesView, servicesReport } from './services-report.ts';

const READY = { version: '0.1.0', commit: 'abc', ready: true };

it.each<[string, Partial<ServicesView>, string[]]>([
  ['nothing runs', {}, ['stopped', 'stopped', 'stopped']],
  ['only the database runs', { database: { state: 'running', pid: 7 } }, ['stopped', 'running', 'stopped']],
  ["the operator's own database", { database: null }, ['stopped', 'external', 'stopped']],
  [
    'an MCP server failed',
    {
      server: {
        ...READY,
        readiness: { mcp_servers: [{ name: 'filesystem', state: 'failed', problem: 'exited' }] },
      },
    },
    ['ready', 'stopped', 'failed'],
  ],
  ['the server says nothing of it', { server: { ...READY, readiness: {} } }, ['ready', 'stopped', 'unknown']],
  [
    'the server is not ready',
    { server: { ...READY, ready: false, readiness: {} } },
    ['not ready', 'stopped', 'unknown'],
  ],
])('says what runs where %s', (_, fields, statuses) => {
  expect(servicesReport(aView(fields)).data).toMatchObject({
    services: statuses.map((status) => ({ status })),
  });
});

function aView(fields: Partial<ServicesView>): ServicesView {
  return {
    profile: { name: 'local', mode: 'evaluation', publicUrl: 'http://localhost:8080' },
    server: null,
    database: { state: 'stopped', pid: null },
    mcpServers: ['filesystem'],
    ...fields,
  };
}
