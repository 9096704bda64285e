import { isJsonFormat } from '../formats/export-format.ts';
import { answerObject, postEvents } from './http-exchange.ts';
import { destinationOf, type HttpSinkSetup } from './http-sink-setup.ts';
import { type ExportEvent, type Sink, SinkFailure } from './sink.ts';

/** Splunk's HTTP Event Collector, `/services/collector/event`: one JSON envelope for each event, one behind another. */
export function splunkHecSink(setup: HttpSinkSetup): Sink {
  const { config, outbound, host } = setup;
  const isJson = isJsonFormat(config.format);
  const envelope = ({ atMs, line }: ExportEvent) => {
    const head = JSON.stringify({
      time: (atMs / 1000).toFixed(3),
      host,
      source: 'gatehouse',
      sourcetype: config.source,
      ...(config.index === null ? {} : { index: config.index }),
    });
    return `${head.slice(0, -1)},"event":${isJson ? line : JSON.stringify(line)}}`;
  };
  return {
    send: async (events) => {
      const { url, credential } = destinationOf(setup);
      const answer = await postEvents(outbound, {
        url,
        headers: { authorization: `Splunk ${credential}`, 'content-type': 'application/json' },
        body: events.map(envelope).join('\n'),
        timeoutMs: config.timeoutMs,
      });
      // A proxy in between also answers 200: only the collector says `code: 0`.
      if (answerObject(answer)?.code !== 0) throw new SinkFailure('EXPORT_ANSWER');
    },
    close: async () => undefined,
  };
}
