export type ExportSinkKind = 'file' | 'stdout' | 'splunk_hec' | 'elasticsearch' | 'datadog' | 'sumo' | 'otlp';

/** One sink of `services/export/*.yaml`: where audit rows are sent, and as what. */
export interface ExportSinkConfig {
  readonly name: string;
  readonly kind: ExportSinkKind;
  readonly enabled: boolean;
  readonly format: 'ndjson' | 'ocsf' | 'cef' | 'ecs' | 'syslog';
  /** With recorded inputs and outputs. */
  readonly content: boolean;
  /** Of `file`: absolute. */
  readonly path: string | null;
  /** Of the kinds that send. */
  readonly url: string | null;
  /** Absolute; its content is read when it is needed, by `readOwnSecret`. */
  readonly credentialFile: string | null;
  readonly index: string | null;
  readonly source: string;
  readonly batchRows: number;
  readonly batchBytes: number;
  readonly timeoutMs: number;
  /** Where it is written; the file relative to the installation. */
  readonly writtenAt: { readonly file: string; readonly line: number };
}
