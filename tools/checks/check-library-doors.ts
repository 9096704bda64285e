import type { Check, Finding } from './check.ts';
import { readSourceFiles, type SourceFile } from './source-files.ts';
import { lineAt, moduleSpecifiers, parseFile, walk } from './syntax.ts';

/** A library is entered through its `index.ts` alone, and that names each export. */
export function checkLibraryDoors(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const program = parseFile(file);
    const at = (start: number, message: string): Finding => ({
      file: file.path,
      line: lineAt(file.text, start),
      message,
    });
    const findings = moduleSpecifiers(program).flatMap(({ specifier, start }) => {
      if (/^@gatehouse\/[^/]+\/./.test(specifier)) return [at(start, `reaches into a library: ${specifier}`)];
      return leavesProject(file.path, specifier) ? [at(start, `leaves its project: ${specifier}`)] : [];
    });
    if (/^libs\/[^/]+\/src\/index\.ts$/.test(file.path)) {
      walk(program, (node) => {
        if (node.type === 'ExportAllDeclaration')
          findings.push(at(node.start, 'name each export: no `export *`'));
      });
    }
    return findings;
  });
}

/** Whether a relative import climbs out of `apps/x` or `libs/x`. */
function leavesProject(path: string, specifier: string): boolean {
  if (!specifier.startsWith('.') || !/^(?:apps|libs)\//.test(path)) return false;
  const [group, project] = path.split('/');
  const resolved = new URL(specifier, `file:///${path}`).pathname;
  return !resolved.startsWith(`/${group}/${project}/`);
}

export const libraryDoors: Check = {
  name: 'libraries are entered through an index that names each export',
  run: (root) => checkLibraryDoors(readSourceFiles(root, ['apps', 'libs'])),
};
