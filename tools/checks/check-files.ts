import type { Check, Finding } from './check.ts';
import { readSourceFiles, type SourceFile } from './source-files.ts';

/** Names that say nothing of what is inside. */
const GRAB_BAGS = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'types']);
export const MAX_LINES = 300;

/** Files, and folders ending in a slash, that are tables of data and so may be long. */
export const DATA_TABLES: readonly string[] = [
  'libs/secret-scanner/src/rules/',
  'libs/governance/src/blocklist/rules/',
];

/** Programs that have to be one file: whoever is to trust them reads and carries that file alone. */
export const ONE_FILE_PROGRAMS: readonly string[] = ['libs/audit/verifier/verify.mjs'];

/** Files and folders named after nothing, and files too long to be about one thing. */
export function checkFiles(files: readonly SourceFile[], dataTables = DATA_TABLES): Finding[] {
  return files.flatMap(({ path, text }) => {
    const bag = path.split('/').find((part) => GRAB_BAGS.has(part.replace(/\..*$/, '')));
    const lines = text.split('\n').length - 1;
    return [
      ...(bag === undefined
        ? []
        : [{ file: path, line: 0, message: `"${bag}" names nothing; say what is inside` }]),
      ...(lines <= MAX_LINES ||
      ONE_FILE_PROGRAMS.includes(path) ||
      dataTables.some((table) => path.startsWith(table))
        ? []
        : [
            {
              file: path,
              line: MAX_LINES,
              message: `${lines} lines: split it, or list it as a table of data`,
            },
          ]),
    ];
  });
}

export const fileHabits: Check = {
  name: 'files are short and named after what they hold',
  run: (root) => checkFiles(readSourceFiles(root, ['apps', 'libs', 'tools'])),
};
