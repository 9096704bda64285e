import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { callSpanId, LogReader } from '@gatehouse/audit';
import type { ExportSinkConfig } from '@gatehouse/config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOSTILE_MCP_SERVER } from '../fixtures/mcp-servers.ts';
import { RawClient } from '../mcp/an-mcp-client.ts';
import { aServer, type TestServer } from '../support/a-server.ts';
import { postHook, preToolUse } from '../support/hook-client.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}

const CLIENT_SPAN = '00f067aa0ba902b7';
const trace = (n: number) => n.toString(16).padStart(32, 'a');
const headerOf = (traceId: string) => `00-${traceId}-${CLIENT_SPAN}-01`;

let server: TestServer;
const spans: Span[] = [];
/** Speaks OTLP/HTTP with JSON. */
const collector = createServer((request, response) => void take(request, response));

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await json(request)) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
  spans.push(...body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}

beforeAll(async () => {
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const sink: ExportSinkConfig = {
    name: 'traces',
    kind: 'otlp',
    enabled: true,
    format: 'ndjson',
    content: false,
    path: null,
    url: `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`,
    credentialFile: null,
    index: null,
    source: 'gatehouse',
    batchRows: 500,
    batchBytes: 900_000,
    timeoutMs: 5000,
    writtenAt: { file: 'services/export/sinks.yaml', line: 1 },
  };
  server = await aServer({
    configure: ({ profile, services, ...rest }) => {
      const mcpServers = new Map(services.mcpServers);
      const model = mcpServers.get('everything')!;
      const limits = { ...model.limits, timeoutMs: 1_000 };
      mcpServers.set('hostile', { ...model, name: 'hostile', command: HOSTILE_MCP_SERVER, args: [], limits });
      return {
        ...rest,
        profile: { ...profile, logLevel: 'warn' },
        services: { ...services, mcpServers, exportSinks: new Map([[sink.name, sink]]) },
      };
    },
  });
  await server.discovered;
});
afterAll(async () => {
  await server.end();
  collector.closeAllConnections();
  collector.close();
});

async function spanOf(traceId: string): Promise<Span> {
  const found = () => spans.find((span) => span.traceId === traceId);
  await expect.poll(found, { timeout: 15_000 }).toBeDefined();
  return found()!;
}

async function call(tool: string, traceparent: string): Promise<string> {
  const token = await server.token('maya@example.test', 'mcp/hostile');
  const client = new RawClient({ url: `http://127.0.0.1:${server.port}` }, 'hostile', token);
  await client.initialize();
  return (await client.call(tool, {}, { traceparent })).text;
}

it('a call through the MCP endpoint is a span below its client’s, under the id that the tool was told', async () => {
  const told = await call('progress', headerOf(trace(1)));
  const span = await spanOf(trace(1));
  expect(span).toMatchObject({ name: 'mcp__hostile__progress', parentSpanId: CLIENT_SPAN });
  expect(told).toContain(`00-${trace(1)}-${span.spanId}-01`);
});

it('a call through the hook is one too, made of its second row', async () => {
  const token = await server.token('maya@example.test', 'hooks');
  const before = preToolUse('Read', { file_path: '/srv/a' }, { tool_use_id: 'toolu_traced' });
  await postHook(server, token, before, { headers: { traceparent: headerOf(trace(2)) } });
  await postHook(server, token, { ...before, hook_event_name: 'PostToolUse', tool_response: 'text' });
  expect(await spanOf(trace(2))).toMatchObject({
    spanId: callSpanId(trace(2), 'toolu_traced'),
    parentSpanId: CLIENT_SPAN,
  });
});

it('a span whose client tells of none has no parent', async () => {
  await call('progress', `00-${trace(3)}-${'0'.repeat(16)}-01`);
  expect(await spanOf(trace(3))).not.toHaveProperty('parentSpanId');
});

it('what is logged of a call that does not end well stands under its trace', async () => {
  await call('never_answer', headerOf(trace(4)));
  const lines = () => server.app.get(LogReader).trace(trace(4));
  await expect.poll(lines, { timeout: 15_000 }).toMatchObject([
    {
      level: 'warn',
      module: 'mcp',
      message: expect.stringContaining('did not answer within 1 s'),
      details: { server: 'hostile', status: 'timeout' },
    },
  ]);
  expect(await server.app.get(LogReader).trace(trace(1))).toEqual([]);
});

it('a change through the API stands under the trace of its request, and one beside it does not', async () => {
  const token = await server.token('admin@localhost');
  const create = (n: number, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${server.port}/api/v1/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ email: `traced-${n}@example.test`, display_name: 'A person', role: 'user' }),
    });
  await Promise.all([create(1, { traceparent: headerOf(trace(5)) }), create(2, {}), create(3, {})]);
  const { rows } = await server.sql.query<{ trace_id: string }>(
    `select trace_id from audit_log where event = 'user.created' and trace_id = $1`,
    [trace(5)],
  );
  expect(rows).toHaveLength(1);
});
