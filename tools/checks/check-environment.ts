import type { Check, Finding } from './check.ts';
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts';
import { child, children, lineAt, nameOf, parseFile, type SyntaxNode, walk } from './syntax.ts';

/** Programs without libraries, which other programs start: what these say of themselves stands in the environment. */
const STARTED_BY_CLIENTS = new Set(['apps/cli/bin/gatehouse-hook.mjs']);

/** Reads of the environment outside `libs/config`, in any spelling: `process.env`, `process['env']`, a destructured `env`, an import of it. */
export function checkEnvironment(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path }) => !path.startsWith('libs/config/') && !isTestFile(path))
    .filter(({ path }) => !STARTED_BY_CLIENTS.has(path))
    .flatMap((file) => {
      const findings: Finding[] = [];
      walk(parseFile(file), (node) => {
        if (readsEnvironment(node)) {
          findings.push({
            file: file.path,
            line: lineAt(file.text, node.start),
            message: 'only libs/config reads the environment; take the value from the configuration',
          });
        }
      });
      return findings;
    });
}

function readsEnvironment(node: SyntaxNode): boolean {
  if (node.type === 'MemberExpression') {
    return isProcess(child(node, 'object')) && nameOf(child(node, 'property')) === 'env';
  }
  if (node.type === 'VariableDeclarator' && isProcess(child(node, 'init'))) {
    return children(child(node, 'id'), 'properties').some(
      (property) => property.type === 'RestElement' || nameOf(child(property, 'key')) === 'env',
    );
  }
  if (node.type === 'ImportDeclaration' && /^(?:node:)?process$/.test(nameOf(child(node, 'source')) ?? '')) {
    return children(node, 'specifiers').some((specifier) => nameOf(child(specifier, 'imported')) === 'env');
  }
  return false;
}

/** `process`, `globalThis.process` and the like. */
function isProcess(node: SyntaxNode | null): boolean {
  if (node?.type === 'Identifier') return nameOf(node) === 'process';
  return node?.type === 'MemberExpression' && nameOf(child(node, 'property')) === 'process';
}

export const environment: Check = {
  name: 'only libs/config reads the environment',
  run: (root) => checkEnvironment(readSourceFiles(root, ['apps', 'libs'])),
};
