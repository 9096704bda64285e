import type { Writable } from 'node:stream';
import { type Sink, SinkFailure } from './sink.ts';

/** Standard output or another stream, one event a line; waits for a reader that is slow. */
export function streamSink(output: Writable): Sink {
  return {
    send: (events) =>
      new Promise((resolve, reject) => {
        output.write(`${events.map(({ line }) => line).join('\n')}\n`, (error) =>
          error ? reject(new SinkFailure('EXPORT_WRITE', { cause: error })) : resolve(),
        );
      }),
    close: async () => undefined,
  };
}
