import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import options from './schema-options.json' with { type: 'json' };

/**
 * `verbose` and `allErrors`: every problem is told at once, with what was expected. `x-message` and `x-expected` say it
 * where the keyword's own sentence would not do. The meta-schema is left to a test: the schemas are our own.
 */
const ajv = new Ajv2020({ ...options, code: { optimize: false } });

/**
 * The function that checks a value against one of the schemas of `libs/config/schemas`, and fills in defaults.
 * Compiling costs a start 40 ms, so what is built has these functions already: `tools/build/compiled-schemas.mjs` puts
 * them in the place of this module, from the same options, and finds them by the schema's title.
 */
export function compileSchema<T>(schema: AnySchemaObject): ValidateFunction<T> {
  // ajv keeps what it has compiled, by the schema's identity.
  return ajv.compile<T>(schema);
}
