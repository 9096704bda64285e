import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aFileSink } from '../support/a-file-sink.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';
import { plainRequest } from '../support/plain-request.ts';

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-export-'));
  const sink = (name: string, path: string) => aFileSink(path, { name, format: 'ocsf', content: false });
  const sinks = [sink('siem', join(folder, 'rows.ndjson')), sink('broken', join(folder, 'no/such/folder'))];
  server = await aServer({
    tools: false,
    configure: (configuration) => ({
      ...configuration,
      services: { ...configuration.services, exportSinks: new Map(sinks.map((each) => [each.name, each])) },
    }),
  });
  await server.discovered;
});
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true, force: true });
});

it('sends the rows of the server as they are committed, and a broken sink shows red and disturbs nobody', async () => {
  const token = await server.token('admin@localhost');
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  await postHook(server, token, preToolUse('Bash', { command: 'rm -rf /' }), {
    headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  });
  const exported = async () =>
    (await readFile(join(folder, 'rows.ndjson'), 'utf8').catch(() => '')).split('\n');
  const line = async () => (await exported()).find((text) => text.includes(traceId));
  await expect.poll(line, { timeout: 10_000 }).toBeDefined();
  expect(JSON.parse((await line())!)).toMatchObject({
    class_uid: 6003,
    disposition: 'Blocked',
    severity: 'High',
    policy: { name: 'blocklisted' },
  });
  const ready = async () => JSON.parse((await plainRequest(server.port, { path: '/readyz' })).text);
  await expect
    .poll(async () => (await ready()).export, { timeout: 10_000 })
    .toEqual([
      { sink: 'siem', state: 'sending', problem: null },
      { sink: 'broken', state: 'failing', problem: 'cannot be written to: ENOENT' },
    ]);
  expect((await ready()).status).toBe('ready');
  const { text } = await plainRequest(server.port, { path: '/metrics' });
  expect(text).toMatch(/^gatehouse_export_failing\{sink="broken"\} 1$/m);
  expect(text).toMatch(/^gatehouse_export_failing\{sink="siem"\} 0$/m);
  expect(text).toMatch(/^gatehouse_export_rows_total\{sink="siem"\} [1-9]/m);
});
