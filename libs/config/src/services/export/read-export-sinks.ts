import type { JsonObject } from '@gatehouse/kernel';
import exportSchema from '../../../schemas/export.schema.json' with { type: 'json' };
import { FileSchema } from '../../document/schema.ts';
import type { YamlDocument } from '../../document/yaml-document.ts';
import { eventualRealPath, type Installation } from '../../installation/installation.ts';
import type { ConfigurationProblem } from '../../problem/configuration-problem.ts';
import type { NameRegister } from '../name-register.ts';
import { namedEntries } from '../named-entries.ts';
import type { ExportSinkConfig, ExportSinkKind } from './export-sink-config.ts';

/** A sink as its file gives it, defaults filled in. */
interface SinkEntry {
  readonly kind: ExportSinkKind;
  readonly enabled: boolean;
  readonly format: ExportSinkConfig['format'];
  readonly content: boolean;
  readonly path?: string;
  readonly url?: string;
  readonly credential_file?: string;
  readonly index?: string;
  readonly source: string;
  readonly batch_rows: number;
  readonly batch_bytes: number;
  readonly timeout_ms: number;
}

const schema = new FileSchema<{ readonly sinks: Readonly<Record<string, SinkEntry>> }>(exportSchema);

/** What each kind needs beside its name; what is not here it must not have. */
const NEEDS: Readonly<Record<ExportSinkKind, readonly string[]>> = {
  file: ['path'],
  stdout: [],
  splunk_hec: ['url', 'credential_file'],
  elasticsearch: ['url', 'credential_file'],
  datadog: ['url', 'credential_file'],
  sumo: ['url', 'credential_file'],
  otlp: ['url'],
};
/** What a kind may have besides. */
const MAY_HAVE: Partial<Readonly<Record<ExportSinkKind, readonly string[]>>> = { otlp: ['credential_file'] };
const PLACES = ['path', 'url', 'credential_file'] as const;

export function readExportSinks(
  installation: Installation,
  document: YamlDocument,
  names: NameRegister,
  problems: ConfigurationProblem[],
): ExportSinkConfig[] {
  const checked = schema.check(document);
  for (const [name, entry] of namedEntries(document, 'sinks')) {
    names.claim(name, document, ['sinks', name], problems);
    problems.push(...sinkProblems(installation, document, name, entry));
  }
  if (!checked.ok) {
    problems.push(...checked.problems);
    return [];
  }
  return Object.entries(checked.value.sinks).map(([name, entry]) => ({
    name,
    kind: entry.kind,
    enabled: entry.enabled,
    format: entry.format,
    content: entry.content,
    path: entry.path ?? null,
    url: entry.url ?? null,
    credentialFile: entry.credential_file ?? null,
    index: entry.index ?? null,
    source: entry.source,
    batchRows: entry.batch_rows,
    batchBytes: entry.batch_bytes,
    timeoutMs: entry.timeout_ms,
    writtenAt: { file: document.file, line: document.placeOf(['sinks', name], 'key').line },
  }));
}

/** What the schema cannot say: what goes with which kind, and that a credential lies outside of the checkout. */
function sinkProblems(
  installation: Installation,
  document: YamlDocument,
  name: string,
  entry: JsonObject,
): ConfigurationProblem[] {
  const { kind, format, credential_file: credential } = entry;
  if (typeof kind !== 'string' || !Object.hasOwn(NEEDS, kind)) return [];
  const needed = NEEDS[kind as ExportSinkKind];
  const told = (key: string, message: string, expected: string) =>
    document.problem(['sinks', name, key], key in entry ? 'value' : 'key', { message, expected });
  const problems = PLACES.flatMap((key) => {
    const there = key in entry;
    if (there && MAY_HAVE[kind as ExportSinkKind]?.includes(key) === true) return [];
    if (there === needed.includes(key)) return [];
    return there
      ? [
          told(
            key,
            `is not for a sink of kind ${kind}`,
            `what ${kind} needs: ${needed.join(', ') || 'nothing more'}`,
          ),
        ]
      : [told(key, `is missing: a sink of kind ${kind} needs it`, key)];
  });
  if (kind === 'elasticsearch' && (format === 'cef' || format === 'syslog')) {
    problems.push(told('format', 'is no format for elasticsearch', 'one of ndjson, ocsf, ecs'));
  }
  if (typeof credential === 'string' && isBelow(eventualRealPath(credential), installation.root)) {
    problems.push(told('credential_file', 'lies in the checkout', 'a file outside of it'));
  }
  return problems;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
