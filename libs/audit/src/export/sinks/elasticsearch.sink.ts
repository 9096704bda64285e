import { answerObject, postEvents, problemOf } from './http-exchange.ts';
import { destinationOf, type HttpSinkSetup } from './http-sink-setup.ts';
import { type ExportEvent, type Sink, SinkFailure } from './sink.ts';

const DEFAULT_INDEX = 'gatehouse-audit';
const ALREADY_THERE = 409;

/**
 * Elasticsearch's bulk API (OpenSearch has the same). The row's id is the document's, and it is only created, never
 * overwritten: a row that is sent twice is there once. Also for data streams.
 */
export function elasticsearchSink(setup: HttpSinkSetup): Sink {
  const { config, outbound } = setup;
  const index = config.index ?? DEFAULT_INDEX;
  const entry = ({ id, atMs, line }: ExportEvent) => {
    const timed =
      config.format === 'ecs' ? line : `{"@timestamp":"${new Date(atMs).toISOString()}",${line.slice(1)}`;
    return `${JSON.stringify({ create: { _index: index, _id: id } })}\n${timed}\n`;
  };
  return {
    send: async (events) => {
      const { url, credential } = destinationOf(setup);
      const answer = await postEvents(outbound, {
        url: `${url.replace(/\/+$/, '')}/_bulk`,
        headers: { authorization: `ApiKey ${credential}`, 'content-type': 'application/x-ndjson' },
        body: events.map(entry).join(''),
        timeoutMs: config.timeoutMs,
      });
      const { items } = answerObject(answer) ?? {};
      if (!Array.isArray(items) || items.length !== events.length) throw new SinkFailure('EXPORT_ANSWER');
      requireAllTaken(items.map(statusOf));
    },
    close: async () => undefined,
  };
}

/** A bulk request is answered 200 even when some of its documents were refused: each item has a status of its own. */
function requireAllTaken(statuses: readonly number[]): void {
  const isTaken = (status: number) => (status >= 200 && status < 300) || status === ALREADY_THERE;
  const refused = statuses.find((status) => !isTaken(status));
  if (refused === undefined) return;
  throw new SinkFailure(problemOf(refused), {
    taken: new Set(statuses.flatMap((status, index) => (isTaken(status) ? [index] : []))),
    detail: `${statuses.filter((status) => !isTaken(status)).length} of ${statuses.length} documents, HTTP ${refused}`,
  });
}

function statusOf(item: unknown): number {
  const { status } = ((item as { create?: unknown } | null)?.create ?? {}) as { status?: unknown };
  return typeof status === 'number' ? status : 500;
}
