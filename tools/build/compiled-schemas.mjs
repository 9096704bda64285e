import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

const LIBRARY = 'libs/config';
const COMPILER = `${LIBRARY}/src/document/compile-schema.ts`;

/**
 * Compiles the JSON Schemas of the configuration while building: a start that finds the checks ready saves the 40 ms
 * that ajv takes, and ajv itself. Part of every build, so that what is built never holds checks of older schemas.
 *
 * @param {string} root the checkout
 * @returns {import('rolldown').Plugin}
 */
export function compiledSchemas(root) {
  return {
    name: 'compiled-schemas',
    load(id) {
      return id === join(root, COMPILER) ? { code: compileAhead(root), moduleType: 'js' } : null;
    },
  };
}

/** The module that stands for `compile-schema.ts`: the same function, with a check ready for each title. */
export function compileAhead(root) {
  const options = JSON.parse(readFileSync(join(root, LIBRARY, 'src/document/schema-options.json'), 'utf8'));
  // A larger definition is one function: repeated at each of its uses, the checks would take longer to compile than to run.
  const ajv = new Ajv2020({ ...options, code: { source: true, esm: true }, inlineRefs: 10 });
  const schemas = readSchemas(join(root, LIBRARY, 'schemas'));
  const names = Object.fromEntries(schemas.map((_, index) => [`check${index}`, `schema:${index}`]));
  for (const [index, schema] of schemas.entries()) ajv.addSchema(schema, `schema:${index}`);
  const imports = new Map();
  const code = standalone.default(ajv, names).replaceAll(/require\("([^"]+)"\)\.default/g, (_, id) => {
    if (!imports.has(id)) imports.set(id, `imported${imports.size}`);
    return imports.get(id);
  });
  if (code.includes('require(')) throw new Error('ajv asks for more than a runtime function');
  return [
    ...[...imports].map(([id, name]) => `import ${name}Module from '${id}.js';`),
    // Node gives a CommonJS module whole where a bundler gives its default export.
    ...[...imports.values()].map((name) => `const ${name} = ${name}Module.default ?? ${name}Module;`),
    code.replace(/^"use strict";/, ''),
    `const checks = {${schemas.map(({ title }, index) => `${JSON.stringify(title)}: check${index}`).join()}};`,
    'export function compileSchema({ title }) {',
    '  const check = checks[title];',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a program
    '  if (check === undefined) throw new Error(`no check was compiled for the schema "${title}"`);',
    '  return check;',
    '}',
  ].join('\n');
}

function readSchemas(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.schema.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}
