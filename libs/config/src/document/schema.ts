import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ConfigurationProblem } from '../problem/configuration-problem.ts';
import { schemaProblem } from './schema-problem.ts';
import type { YamlDocument } from './yaml-document.ts';

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  useDefaults: true,
  ownProperties: true,
  allowUnionTypes: true,
  strict: true,
  // Every command pays for these at its start. The schemas are our own, and a test holds them to the meta-schema.
  meta: false,
  validateSchema: false,
  code: { optimize: false },
});
/** What the error says instead of the keyword's own sentence, and what it says was expected. */
ajv.addKeyword({ keyword: 'x-message', schemaType: 'string' });
ajv.addKeyword({ keyword: 'x-expected', schemaType: 'string' });

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
    // ajv keeps what it has compiled, by the schema's identity.
    const validate: ValidateFunction<T> = ajv.compile<T>(this.#schema);
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
