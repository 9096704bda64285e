import { hostname } from 'node:os';
import type { ExportSinkConfig } from '@gatehouse/config';
import type { OutboundClient } from '@gatehouse/outbound';
import type pg from 'pg';
import type { AuditReader } from '../read/audit-reader.ts';
import { SinkRun, type SinkRunOptions, type SinkStatus } from './sink-run.ts';
import { openSink } from './sinks/open-sink.ts';

export interface AuditExportOptions {
  readonly sinks: readonly ExportSinkConfig[];
  /** How the places are kept: role `server`. */
  readonly database: pg.ClientConfig;
  readonly reader: Pick<AuditReader, 'sealsAfter' | 'rows'>;
  readonly outbound: Pick<OutboundClient, 'send'>;
  /** Of Gatehouse. */
  readonly version: string;
  readonly warn: (message: string) => void;
  /** For tests: how long to wait after a failure. */
  readonly pauseMs?: NonNullable<SinkRunOptions['pauseMs']>;
  /** For tests: how long to wait before looking again. */
  readonly lookMs?: number;
}

/** Sends audit rows to every configured sink as they are committed, each at its own pace; each row at least once. */
export class AuditExport {
  readonly #runs: readonly SinkRun[];

  constructor({ sinks, database, reader, outbound, version, warn, ...pace }: AuditExportOptions) {
    const host = hostname();
    this.#runs = sinks
      .filter(({ enabled }) => enabled)
      .map(
        (config) =>
          new SinkRun({
            config,
            sink: openSink({ config, outbound, host }),
            database,
            reader,
            origin: { version, host, content: config.content },
            warn,
            ...pace,
          }),
      );
  }

  start(): void {
    for (const run of this.#runs) run.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.stop()));
  }

  status(): readonly SinkStatus[] {
    return this.#runs.map((run) => run.status());
  }
}
