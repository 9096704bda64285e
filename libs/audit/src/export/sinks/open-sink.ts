import process from 'node:process';
import { datadogSink } from './datadog.sink.ts';
import { elasticsearchSink } from './elasticsearch.sink.ts';
import { fileSink } from './file.sink.ts';
import type { HttpSinkSetup } from './http-sink-setup.ts';
import { otlpSink } from './otlp.sink.ts';
import type { Sink } from './sink.ts';
import { splunkHecSink } from './splunk-hec.sink.ts';
import { streamSink } from './stream.sink.ts';
import { sumoSink } from './sumo.sink.ts';

/** The sink that a configuration describes. Connects to nothing yet. */
export function openSink(setup: HttpSinkSetup): Sink {
  const { config } = setup;
  switch (config.kind) {
    case 'file':
      return fileSink(config.path ?? '');
    case 'stdout':
      return streamSink(process.stdout);
    case 'splunk_hec':
      return splunkHecSink(setup);
    case 'elasticsearch':
      return elasticsearchSink(setup);
    case 'datadog':
      return datadogSink(setup);
    case 'otlp':
      return otlpSink(setup);
    case 'sumo':
      return sumoSink(setup);
  }
}
