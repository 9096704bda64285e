import type { AnySchemaObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { compileSchema } from './compile-schema.ts';
import { schemaProblem } from './schema-problem.ts';
import type { YamlDocument } from './yaml-document.ts';

/** Of one file: enough to act on, and finding the place of each takes time. */
const MAX_PROBLEMS = 100;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] };

/** A JSON Schema (2020-12) for one kind of file. Compiled on first use; its defaults are filled in. */
export class FileSchema<T> {
  readonly #schema: AnySchemaObject;

  constructor(schema: AnySchemaObject) {
    this.#schema = schema;
  }

  check(document: YamlDocument): Checked<T> {
    const validate: ValidateFunction<T> = compileSchema<T>(this.#schema);
    const value: unknown = structuredClone(document.value);
    if (validate(value)) return { ok: true, value };
    const problems: ConfigurationProblem[] = [];
    for (const error of validate.errors ?? []) {
      const problem = schemaProblem(document, error);
      if (problem !== undefined) problems.push(problem);
      if (problems.length === MAX_PROBLEMS) break;
    }
    return { ok: false, problems };
  }
}
