import type { ExportSinkConfig } from '@gatehouse/config';

/** Every row with its content, one a line, where `other` says nothing else. */
export function aFileSink(path: string, other: Partial<ExportSinkConfig> = {}): ExportSinkConfig {
  return {
    name: 'siem',
    kind: 'file',
    enabled: true,
    format: 'ndjson',
    content: true,
    path,
    url: null,
    credentialFile: null,
    index: null,
    source: 'gatehouse',
    batchRows: 500,
    batchBytes: 900_000,
    timeoutMs: 1000,
    writtenAt: { file: 'services/export/sinks.yaml', line: 1 },
    ...other,
  };
}
