import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import {
  AuditExport,
  AuditLog,
  AuditReader,
  callSpanId,
  ReaderSight,
  ScannedValue,
  SightedReads,
} from '@gatehouse/audit';
import { createTestDatabase, type TestDatabase } from '@gatehouse/database';
import { destinationPolicy, sendOutbound } from '@gatehouse/outbound';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEntry, scanner } from '../an-entry.ts';
import { aSink } from './a-collector.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly status: { readonly code: number; readonly message?: string };
}

let database: TestDatabase;
let log: AuditLog;
let pool: pg.Pool;
const spans: Span[] = [];
let refusals = 2;
/** Speaks OTLP/HTTP with JSON, and is busy at first. */
const collector = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const body = (await json(request)) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
  if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json')
    return response.writeHead(400).end();
  if (refusals > 0) {
    refusals -= 1;
    return response.writeHead(503, { 'retry-after': '0' }).end();
  }
  for (const resource of body.resourceSpans)
    for (const scope of resource.scopeSpans) spans.push(...scope.spans);
  return response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}

beforeAll(async () => {
  database = await createTestDatabase();
  log = new AuditLog({
    config: database.clientConfig('server'),
    kind: 'server',
    scanner,
    warn: () => undefined,
  });
  await log.start();
  pool = new pg.Pool({ ...database.clientConfig('reader'), max: 2 });
  pool.on('error', () => undefined);
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  collector.close();
  collector.closeAllConnections();
  await log.stop();
  await pool.end();
  await database.drop();
});

it('makes one span of each governed call, under the id that its tool was told, and loses none to a busy collector', async () => {
  const allowed = anEntry();
  const { commitment } = await log.record(allowed);
  const output = ScannedValue.of(scanner, { text: 'the output' });
  const { input: _input, ...identity } = allowed;
  await log.record({
    ...identity,
    event: 'tool_call.completed',
    inputCommitment: commitment,
    result: { status: 'ok', error: null, tokens: null, durationMs: 250, reportedBy: 'gatehouse', output },
  });
  const denied = anEntry({ decision: 'deny', policy: 'blocklisted', reason: 'It deletes a file system.' });
  await log.record(denied);
  const { port } = collector.address() as AddressInfo;
  const policy = destinationPolicy([]);
  const running = new AuditExport({
    sinks: [aSink({ name: 'traces', kind: 'otlp', url: `http://127.0.0.1:${port}/v1/traces` })],
    database: database.clientConfig('server'),
    reader: new AuditReader(new SightedReads(pool, new ReaderSight(database))),
    outbound: { send: (request) => sendOutbound(request, policy) },
    version: '0.1.0',
    warn: () => undefined,
    pauseMs: () => 20,
    lookMs: 50,
  });
  running.start();
  try {
    await expect.poll(() => spans.length, { timeout: 10_000 }).toBe(2);
  } finally {
    await running.stop();
  }
  const spanOf = ({ context }: typeof allowed) => spans.find(({ traceId }) => traceId === context.traceId)!;
  const call = spanOf(allowed);
  expect(call).toMatchObject({ name: 'mcp__filesystem__read_file', kind: 2, status: { code: 1 } });
  expect(call.spanId).toBe(callSpanId(allowed.context.traceId, allowed.context.taskId));
  expect(BigInt(call.endTimeUnixNano) - BigInt(call.startTimeUnixNano)).toBe(250_000_000n);
  expect(spanOf(denied).status).toEqual({ code: 2, message: 'It deletes a file system.' });
  expect(JSON.stringify(spans)).not.toMatch(/the output|notes\.txt/);
});
