import { postEvents } from './http-exchange.ts';
import { destinationOf, type HttpSinkSetup } from './http-sink-setup.ts';
import type { ExportEvent, Sink } from './sink.ts';

/** Datadog's log intake, `/api/v2/logs`: a JSON array of at most 1,000 entries and 5 MB. */
export function datadogSink(setup: HttpSinkSetup): Sink {
  const { config, outbound, host } = setup;
  const entry = ({ id, atMs, line }: ExportEvent) => ({
    ddsource: 'gatehouse',
    service: config.source,
    hostname: host,
    timestamp: atMs,
    row_id: id,
    // Datadog reads JSON in it as attributes.
    message: line,
  });
  return {
    send: async (events) => {
      const { url, credential } = destinationOf(setup);
      await postEvents(outbound, {
        url,
        headers: { 'dd-api-key': credential, 'content-type': 'application/json' },
        body: JSON.stringify(events.map(entry)),
        timeoutMs: config.timeoutMs,
      });
    },
    close: async () => undefined,
  };
}
