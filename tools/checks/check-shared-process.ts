import { SPECS_ALONE } from '../run/specs-alone.mjs';
import type { Check, Finding } from './check.ts';
import { readSourceFiles, type SourceFile } from './source-files.ts';

/** What changes the process for the files that come after, or sees what those before left in it. */
const OWN_PROCESS: readonly (readonly [RegExp, string])[] = [
  [/\bvi\.(?:do)?mock\(/i, 'replaces a module'],
  [/\bspyOn\(Date\b|\bsetSystemTime\(/, 'sets the clock'],
  [/\bmemoryUsage\(/, 'looks at the memory of its process'],
  [/\bspyOn\((?:process\.std(?:out|err)|stream), 'write'|\bprintedOutput\(/, 'reads what is logged'],
];

/** Test files that need a process of their own and have none, and places kept for files that are gone. */
export function checkSharedProcess(
  files: readonly SourceFile[],
  alone: readonly string[] = SPECS_ALONE,
): Finding[] {
  const specs = files.filter(({ path }) => path.endsWith('.spec.ts'));
  return [
    ...specs
      .filter(({ path }) => !alone.includes(path) && !path.startsWith('tools/checks/'))
      .flatMap(({ path, text }) =>
        OWN_PROCESS.filter(([pattern]) => pattern.test(text)).map(([pattern, what]) => ({
          file: path,
          line: text.slice(0, text.search(pattern)).split('\n').length,
          message: `${what}, in a process that other files share: list it in tools/run/specs-alone.mjs`,
        })),
      ),
    ...alone
      .filter((listed) => !specs.some(({ path }) => path === listed))
      .map((file) => ({ file, line: 0, message: 'is listed in tools/run/specs-alone.mjs and is not there' })),
  ];
}

export const sharedProcess: Check = {
  name: 'tests that change or measure their process have one of their own',
  run: (root) => checkSharedProcess(readSourceFiles(root, ['apps', 'libs', 'tools'])),
};
