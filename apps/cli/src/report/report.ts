import type { JsonObject, JsonValue } from '@gatehouse/kernel';
import type { ExitCode } from '../errors/exit-code.ts';

/** What a command found or did, before anything decides how to show it. */
export interface Report {
  readonly artifactType: 'table' | 'card' | 'text';
  readonly title: string;
  readonly data: JsonValue;
  readonly hints?: JsonObject;
  /** The parts that a person sees, in order. */
  readonly parts: readonly ReportPart[];
  /** 0 unless the command ran and its finding is a failure. */
  readonly exitCode?: ExitCode;
}

export type ReportPart =
  | { readonly kind: 'table'; readonly columns: readonly string[]; readonly rows: readonly JsonObject[] }
  | { readonly kind: 'card'; readonly fields: JsonObject }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string };

/** Rows under `key`, beside whatever else belongs to the answer. `columns` are those that a person sees. */
export function tableReport(from: {
  readonly title: string;
  readonly key: string;
  readonly columns: readonly string[];
  readonly rows: readonly JsonObject[];
  readonly more?: JsonObject;
  readonly empty?: string;
}): Report {
  const { title, key, columns, rows, more = {}, empty = 'None.' } = from;
  return {
    artifactType: 'table',
    title,
    data: { [key]: [...rows], ...more },
    hints: { columns: [...columns] },
    parts: [rows.length === 0 ? { kind: 'text', text: empty } : { kind: 'table', columns, rows }],
  };
}

/** One thing and its fields. */
export function cardReport(title: string, data: JsonObject): Report {
  return { artifactType: 'card', title, data, parts: [{ kind: 'card', fields: data }] };
}
