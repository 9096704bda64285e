import type { Check, Finding } from './check.ts';
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts';
import { child, lineAt, nameOf, parseFile, type SyntaxNode, walk } from './syntax.ts';

/** Uses of `console` outside the CLI: everything else logs through the logger, which redacts. */
export function checkConsole(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => !file.path.startsWith('apps/cli/') && !isTestFile(file.path))
    .flatMap((file) => {
      const findings: Finding[] = [];
      walk(parseFile(file), (node, ancestors) => {
        if (node.type === 'Identifier' && nameOf(node) === 'console' && !isKey(node, ancestors.at(-1))) {
          findings.push({
            file: file.path,
            line: lineAt(file.text, node.start),
            message: 'only the CLI writes to the console; use the logger',
          });
        }
      });
      return findings;
    });
}

/** A property that happens to be called `console`, as in `{ console: 1 }`; `globalThis.console` is not excused. */
function isKey(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  return parent?.type === 'Property' && child(parent, 'key') === node && parent.shorthand !== true;
}

export const consoleUse: Check = {
  name: 'only the CLI writes to the console',
  run: (root) => checkConsole(readSourceFiles(root, ['apps', 'libs'])),
};
