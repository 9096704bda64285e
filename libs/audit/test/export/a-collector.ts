import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ExportSinkConfig, ExportSinkKind } from '@gatehouse/config';

/** How a collector takes the next requests, one each; then it takes everything. */
export type Mood =
  | 'throttle'
  | 'busy'
  | 'silent'
  | 'half_closed'
  | 'reset'
  | 'not_a_collector'
  | 'redirect'
  | 'wrong_credential'
  | 'taken_without_answer'
  | 'partly';

export type HttpKind = Exclude<ExportSinkKind, 'file' | 'stdout' | 'otlp'>;
export const CREDENTIAL = 'c2VjcmV0LXRva2VuLW9mLXRoZS1zaW5r';

/** A loopback server that speaks a collector's protocol: checks the credential and the form, and keeps what it took. */
export interface Collector {
  readonly url: string;
  /** Lines in the order in which they were taken, and the row ids of those that carry one. */
  readonly lines: string[];
  readonly ids: string[];
  readonly requests: {
    readonly events: number;
    readonly bytes: number;
    readonly headers: IncomingMessage['headers'];
  }[];
  readonly moods: Mood[];
  /** Requests with a body over this are answered 413. */
  maxBytes: number;
  /** The row that it never takes: a request with it is refused, or where each event has its answer, that event. */
  refusedId: string | null;
  /** Waits so long before each answer. */
  delayMs: number;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

interface Taken {
  readonly id: string;
  readonly line: string;
}

const PATHS: Readonly<Record<HttpKind, string>> = {
  splunk_hec: '/services/collector/event',
  elasticsearch: '/_bulk',
  datadog: '/api/v2/logs',
  sumo: `/receiver/v1/http/${CREDENTIAL}`,
};

export async function aCollector(kind: HttpKind): Promise<Collector> {
  const documents = new Set<string>();
  let port = 0;
  let server: Server;
  const collector: Collector = {
    get url() {
      const path = kind === 'elasticsearch' ? '' : kind === 'sumo' ? '/receiver/v1/http' : PATHS[kind];
      return `http://127.0.0.1:${port}${path}`;
    },
    lines: [],
    ids: [],
    requests: [],
    moods: [],
    maxBytes: Number.POSITIVE_INFINITY,
    refusedId: null,
    delayMs: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    restart: async () => {
      server = createServer(
        (request, response) => void serve(request, response).catch(() => response.destroy()),
      );
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      port = (server.address() as AddressInfo).port;
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mood = collector.moods.shift();
    if (mood === 'reset') return void request.socket.resetAndDestroy();
    const body = await buffer(request);
    const answer = (status: number, value: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(value));
    if (mood === 'silent') return;
    if (mood === 'half_closed') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"text":');
      return void setTimeout(() => request.socket.end(), 20);
    }
    if (mood === 'throttle') return void answer(429, { error: 'slow down' }, { 'retry-after': '1' });
    if (mood === 'busy') return void answer(503, { text: 'Server is busy', code: 9 });
    if (mood === 'redirect') return void answer(302, {}, { location: 'http://127.0.0.1:1/' });
    if (mood === 'wrong_credential') return void answer(403, { text: 'Invalid token', code: 4 });
    if (mood === 'not_a_collector')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>proxy</html>');
    if (body.length > collector.maxBytes) return void answer(413, {});
    if (!authorised(request) || request.url !== PATHS[kind]) return void answer(401, {});
    const events = eventsOf(body.toString('utf8'));
    const refuses = events.some(({ id }) => id === collector.refusedId);
    if (refuses && kind !== 'elasticsearch') return void answer(400, { text: 'Invalid data', code: 6 });
    collector.requests.push({ events: events.length, bytes: body.length, headers: request.headers });
    if (collector.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, collector.delayMs));
    const statuses = events.map((event, index) =>
      take(event, mood === 'partly' && index % 2 === 1 ? 429 : 0),
    );
    if (mood === 'taken_without_answer') return void request.socket.destroy();
    if (kind === 'elasticsearch') {
      const items = statuses.map((status) => ({ create: { status } }));
      return void answer(200, { took: 1, errors: statuses.some((status) => status > 299), items });
    }
    if (kind === 'splunk_hec') return void answer(200, { text: 'Success', code: 0 });
    if (kind === 'datadog') return void answer(202, {});
    response.writeHead(200).end();
  }

  function take({ id, line }: Taken, refused: number): number {
    if (id === collector.refusedId) return 400;
    if (refused > 0) return refused;
    if (kind === 'elasticsearch' && documents.has(id)) return 409;
    documents.add(id);
    collector.lines.push(line);
    collector.ids.push(id);
    return 201;
  }

  function authorised({ headers }: IncomingMessage): boolean {
    if (kind === 'splunk_hec') return headers.authorization === `Splunk ${CREDENTIAL}`;
    if (kind === 'elasticsearch')
      return (
        headers.authorization === `ApiKey ${CREDENTIAL}` && headers['content-type'] === 'application/x-ndjson'
      );
    if (kind === 'datadog') return headers['dd-api-key'] === CREDENTIAL;
    return true;
  }

  /** Reads the protocol's own form, strictly. */
  function eventsOf(text: string): Taken[] {
    const idOf = (line: string) => String(JSON.parse(line).id);
    if (kind === 'sumo')
      return text
        .trimEnd()
        .split('\n')
        .map((line) => ({ id: idOf(line), line }));
    if (kind === 'datadog') {
      const entries = JSON.parse(text) as { message: string; ddsource: string }[];
      if (entries.length > 1000 || entries.some(({ ddsource }) => ddsource !== 'gatehouse'))
        throw new Error('form');
      return entries.map(({ message }) => ({ id: idOf(message), line: message }));
    }
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    if (kind === 'splunk_hec') {
      return lines.map(({ time, event }: { time: string; event: { id: string } }) => {
        if (!/^\d{10}\.\d{3}$/.test(time)) throw new Error('time');
        return { id: event.id, line: JSON.stringify(event) };
      });
    }
    return lines.flatMap((line, index) => {
      if (index % 2 === 0) return [];
      if (typeof line['@timestamp'] !== 'string') throw new Error('a data stream needs its time');
      return [{ id: lines[index - 1].create._id as string, line: JSON.stringify(line) }];
    });
  }

  await collector.restart();
  return collector;
}

export function aSink(
  fields: Partial<ExportSinkConfig> & Pick<ExportSinkConfig, 'name' | 'kind'>,
): ExportSinkConfig {
  return {
    enabled: true,
    format: 'ndjson',
    content: false,
    path: null,
    url: null,
    credentialFile: null,
    index: null,
    source: 'gatehouse',
    batchRows: 500,
    batchBytes: 900_000,
    timeoutMs: 400,
    writtenAt: { file: 'services/export/sinks.yaml', line: 1 },
    ...fields,
  };
}
