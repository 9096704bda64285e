import { relative } from 'node:path';
import type { Installation } from '../installation/installation.ts';
import { readGuardedFile } from './guarded-file.ts';
import { ownersOf } from './ownership.ts';
import { type ParsedYaml, parseYaml } from './yaml-document.ts';

/**
 * Opens, reads and parses one file of the operator's. Links and foreign owners are looked for from `base` down;
 * without it from the checkout.
 */
export function readDocument(
  installation: Installation,
  file: string,
  options: { base?: string } = {},
): ParsedYaml {
  const name = relative(installation.root, file);
  const read = readGuardedFile(options.base ?? installation.root, file, ownersOf(installation.root));
  if (read.ok) return parseYaml(name, read.bytes);
  const expected = read.expected === undefined ? {} : { expected: read.expected };
  return {
    ok: false,
    problems: [{ file: name, line: 1, column: 1, path: '', message: read.message, ...expected }],
  };
}
