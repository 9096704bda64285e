import { readOwnSecret } from '@gatehouse/config';
import { answerObject, postEvents } from './http-exchange.ts';
import type { HttpSinkSetup } from './http-sink-setup.ts';
import { type Sink, SinkFailure } from './sink.ts';

/**
 * An OpenTelemetry collector: OTLP/HTTP with JSON, `/v1/traces`. A governed call is a span; what is none is left out. A
 * credential, where there is one, is the value of the header `authorization`.
 */
export function otlpSink({ config, outbound, host }: HttpSinkSetup): Sink {
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: config.source } },
      { key: 'host.name', value: { stringValue: host } },
    ],
  };
  return {
    send: async (events) => {
      const spans = events.flatMap(({ line }) => (line === 'null' ? [] : [JSON.parse(line) as object]));
      if (spans.length === 0) return;
      const credential =
        config.credentialFile === null ? null : readOwnSecret(config.credentialFile).reveal();
      const answer = await postEvents(outbound, {
        url: config.url ?? '',
        headers: {
          'content-type': 'application/json',
          ...(credential === null ? {} : { authorization: credential }),
        },
        body: JSON.stringify({
          resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'gatehouse' }, spans }] }],
        }),
        timeoutMs: config.timeoutMs,
      });
      // Only a collector answers with an object; spans that it rejects are told in it (partial success) and are not taken again.
      if (answerObject(answer) === null) throw new SinkFailure('EXPORT_ANSWER');
    },
    close: async () => undefined,
  };
}
