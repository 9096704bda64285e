import { postEvents } from './http-exchange.ts';
import { destinationOf, type HttpSinkSetup } from './http-sink-setup.ts';
import type { Sink } from './sink.ts';

/** Sumo Logic's HTTP source: one event a line. The secret code of the source is the last part of its address. */
export function sumoSink(setup: HttpSinkSetup): Sink {
  const { config, outbound, host } = setup;
  return {
    send: async (events) => {
      const { url, credential } = destinationOf(setup);
      await postEvents(outbound, {
        url: `${url.replace(/\/+$/, '')}/${encodeURIComponent(credential)}`,
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          'x-sumo-name': 'gatehouse',
          'x-sumo-category': config.source,
          'x-sumo-host': host,
        },
        body: `${events.map(({ line }) => line).join('\n')}\n`,
        timeoutMs: config.timeoutMs,
      });
    },
    close: async () => undefined,
  };
}
