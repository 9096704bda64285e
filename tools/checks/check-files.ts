import type { Check, Finding } from './check.ts';
import { readSourceFiles, type SourceFile } from './source-files.ts';

/** Names that say nothing of what is inside. */
const GRAB_BAGS = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc', 'types']);
export const MAX_LINES = 300;

/** Files that are one table of data, and so may be long. */
export const DATA_TABLES: readonly string[] = [];

/** Files and folders named after nothing, and files too long to be about one thing. */
export function checkFiles(files: readonly SourceFile[], dataTables = DATA_TABLES): Finding[] {
  return files.flatMap(({ path, text }) => {
    const bag = path.split('/').find((part) => GRAB_BAGS.has(part.replace(/\..*$/, '')));
    const lines = text.split('\n').length - 1;
    return [
      ...(bag === undefined
        ? []
        : [{ file: path, line: 0, message: `"${bag}" names nothing; say what is inside` }]),
      ...(lines <= MAX_LINES || dataTables.includes(path)
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
